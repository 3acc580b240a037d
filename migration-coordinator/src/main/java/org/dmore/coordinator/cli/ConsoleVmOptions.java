package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.vdev.service.ControlMessage;
import picocli.CommandLine.Option;

/** Which console VM a command is for, and how long its answer may take; a picocli mixin. */
final class ConsoleVmOptions {
  @Option(
      names = "--domr",
      paramLabel = ConsoleName.LABEL,
      required = true,
      description = "The console VM, by name or domain id, and whose console if it has several.")
  private String domR;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long the console VM may take to answer (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  /**
   * Gives the console VM one command and waits for the answer.
   *
   * @throws IOException if this is not dom0, there is no such VM, or it refuses or does not answer
   */
  ControlMessage send(Dom0.Source source, String verb, Map<String, String> arguments)
      throws IOException, InterruptedException {
    try (Dom0 dom0 = source.open();
        HostAgent agent = new HostAgent(dom0.ports())) {
      return agent
          .openConsoled(ConsoleName.find(new DomainDirectory(dom0.ports().xenStore()), domR))
          .send(verb, arguments, patience);
    }
  }
}
