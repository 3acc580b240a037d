package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.PairDetachment;
import org.dmore.xen.DomainId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore detach}. */
@Command(
    name = "detach",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Take a guest's screen and keyboard away from its console VM.",
      "The guest sees them go, as if unplugged. A 'dmore attach' that follows the",
      "pair notices and ends.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 both ends let go; 1 the devices are gone, but one end did not",
      "let go in time, or an error."
    })
public final class DetachCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Option(
      names = "--domr",
      paramLabel = "NAME",
      required = true,
      description = "The console VM, by name or domain id.")
  private String domR;

  @Option(
      names = "--domu",
      paramLabel = "NAME",
      required = true,
      description = "The guest, by name or domain id.")
  private String domU;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "How long both ends may take to let go (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  DetachCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Dom0 dom0 = source.open()) {
      DomainDirectory directory = new DomainDirectory(dom0.ports().xenStore());
      DomainId console = directory.require(domR);
      DomainId guest = directory.require(domU);
      PairDetachment.Outcome outcome =
          new PairDetachment(dom0.ports()).detach(console, guest, patience);
      if (outcome.devices() == 0) {
        throw new IOException(
            "domain=" + domU + " has no device at domain=" + domR + ": nothing was attached");
      }
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("domr", console.value());
      details.put("domu", guest.value());
      details.put("devices", outcome.devices());
      details.put("orderly", outcome.isOrderly());
      if (!outcome.isOrderly()) {
        details.put("message", explain(outcome));
      }
      new Lines(spec.commandLine().getOut(), json).tell("detached", details);
      return outcome.isOrderly() ? 0 : 1;
    }
  }

  private String explain(PairDetachment.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    outcome
        .unclosed()
        .forEach(
            (device, states) ->
                text.append(device)
                    .append(" did not close within millis=")
                    .append(patience.toMillis())
                    .append(" (")
                    .append(states)
                    .append("); "));
    if (!outcome.revoked()) {
      text.append("the framebuffer's pages are still mapped; ");
    }
    return text.append("does consoled run in ").append(domR).append('?').toString();
  }
}
