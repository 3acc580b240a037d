package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.host.ConsoledControl;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore receipt}. */
@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Read from a moved guest's memory how much input it consumed.",
      "The guest must have arrived and be paused: once it runs, its driver wipes the",
      "page.",
      ""
    })
public final class ReceiptCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Option(
      names = "--domu",
      paramLabel = "NAME",
      required = true,
      description = "The guest, by name or domain id; NAME--incoming while it arrives.")
  private String domU;

  @Option(
      names = "--frame",
      paramLabel = "FRAME",
      required = true,
      description = "Where its keyboard page lies: see dmore keyboard-frame, before the move.")
  private long frame;

  @Option(
      names = "--domr",
      paramLabel = ConsoleName.LABEL,
      description =
          "Hand it to this console VM, which must run, and let it take the guest up; to the"
              + " guest's console, if it has several.")
  private String domR;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long the console VM may take to answer (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(names = "--json", description = "Print a JSON object a line.")
  private boolean json;

  ReceiptCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Lines lines = new Lines(spec.commandLine().getOut(), json);
    try (Dom0 dom0 = source.open();
        HostAgent agent = new HostAgent(dom0.ports())) {
      DomainDirectory directory = new DomainDirectory(dom0.ports().xenStore());
      DomainId guest = directory.require(domU);
      String consumed = Integer.toUnsignedString(agent.readConsumer(guest, frame));
      lines.tell("consumed", Map.of("in-cons", consumed));
      if (domR != null) {
        ConsoledControl control = agent.openConsoled(ConsoleName.find(directory, domR));
        String receipt = ControlMessage.RECEIPT;
        Map<String, String> argument = Map.of("in-cons", consumed);
        ConsoledCommand.tell(
            lines, receipt, ConsoledCommand.send(control, receipt, argument, patience));
        String attach = ControlMessage.ATTACH;
        ConsoledCommand.tell(
            lines, attach, ConsoledCommand.send(control, attach, Map.of(), patience));
      }
      return 0;
    }
  }
}
