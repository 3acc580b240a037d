package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.HostStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore hosts down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say that a host does not run, and that nothing of it will come back: that its machine is"
          + " off. A console VM that was left on it is then started anew where its user VM is. If"
          + " the machine runs all the same there are two of it.",
      ""
    },
    footer = {
      "",
      "Its hostd is absent when you say so; once that is started again the host is up.",
      "Example: dmore hosts down alpha",
      ExitStatus.HELP
    })
final class HostsDownCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "HOST", description = "The host.")
  private String host;

  HostsDownCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      HostStatus after = hostd.ask(plane -> plane.editHost(host, HostEdit.DOWN));
      if (options.json()) {
        options.lines().tell("host", Details.details(after));
      } else {
        options.print("host=%s is taken for down".formatted(host));
      }
      return ExitStatus.DONE.code();
    }
  }
}
