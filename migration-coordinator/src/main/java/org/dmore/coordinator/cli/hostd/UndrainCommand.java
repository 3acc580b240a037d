package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.HostStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore undrain}. */
@Command(
    name = "undrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"End a host's drain, wherever it stands, and let VMs come again.", ""},
    footer = {"", ExitStatus.HELP})
final class UndrainCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "HOST", description = "The host.")
  private String host;

  UndrainCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      HostStatus status = hostd.ask(plane -> plane.undrain(host));
      if (options.json()) {
        options.lines().tell("host", Details.details(status));
      } else {
        options.print(
            "host=%s is %s: VMs may come".formatted(host, Wording.words(status.host().state())));
      }
      return ExitStatus.DONE.code();
    }
  }
}
