package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.MigrationStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore migrations cancel}. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Have a move called off: both VMs go on where they were.",
      "Refused once it has committed, since it can then only go forward.",
      ""
    },
    footer = {"", ExitStatus.HELP})
final class MigrationsCancelCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "ID", description = "The move's id.")
  private String id;

  MigrationsCancelCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      MigrationStatus status = hostd.ask(plane -> plane.cancel(id));
      if (options.json()) {
        options.lines().tell("cancelled", MigrationJson.details(status));
      } else {
        options.print(
            "migration=%s is being called off; what comes of it: dmore migrations show %s"
                .formatted(id, id));
      }
      return ExitStatus.DONE.code();
    }
  }
}
