package org.dmore.coordinator.cli;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.xen.DomainId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore keyboard-frame}. */
@Command(
    name = "keyboard-frame",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Print where in a guest's memory its keyboard page lies.",
      "To be asked before a move by hand: the receipt is read there at the",
      "destination.",
      ""
    })
public final class KeyboardFrameCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Option(
      names = "--domu",
      paramLabel = "NAME",
      required = true,
      description = "The guest, by name or domain id.")
  private String domU;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  KeyboardFrameCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException {
    try (Dom0 dom0 = source.open();
        HostAgent agent = new HostAgent(dom0.ports())) {
      DomainId id = new DomainDirectory(dom0.ports().xenStore()).require(domU);
      OptionalLong frame = agent.keyboardFrame(id);
      if (frame.isEmpty()) {
        throw new IOException(
            "domain="
                + domU
                + " shares no keyboard page: is it attached, and does its kernel run xen-kbdfront?");
      }
      new Lines(spec.commandLine().getOut(), json)
          .tell("keyboard", Map.of("frame", frame.getAsLong()));
      return 0;
    }
  }
}
