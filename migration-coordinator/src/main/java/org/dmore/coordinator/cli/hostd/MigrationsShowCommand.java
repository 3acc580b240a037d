package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.MigrationStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore migrations show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Tell what happened in a move, step by step, and why.", ""},
    footer = {"", "The exit status is about the answer, not about the move.", ExitStatus.HELP})
final class MigrationsShowCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "ID", description = "The move's id.")
  private String id;

  MigrationsShowCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      MigrationStatus status = hostd.ask(plane -> plane.migration(id));
      if (options.json()) {
        Map<String, Object> details = MigrationReport.details(status);
        details.put("message", Receipts.outcome(status.migration()));
        options.lines().tell("migration", details);
      } else {
        new MigrationReport(status).lines().forEach(options::print);
      }
      return ExitStatus.DONE.code();
    }
  }
}
