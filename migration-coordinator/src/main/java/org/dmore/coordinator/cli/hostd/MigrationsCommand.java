package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.Lines;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.store.record.MigrationRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dmore migrations}. */
@Command(
    name = "migrations",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"List the moves that are remembered, oldest first.", ""},
    footer = {"", ExitStatus.HELP})
final class MigrationsCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Option(names = "--pair", paramLabel = "NAME", description = "Only those of this pair.")
  private String pair;

  @Option(names = "--last", paramLabel = "NUMBER", description = "Only so many of the last.")
  private Integer last;

  private MigrationsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /** The command with those below it. */
  static CommandLine with(Workplace workplace) {
    return new CommandLine(new MigrationsCommand(workplace))
        .addSubcommand(new CommandLine(new MigrationsCommand(workplace)).setCommandName("list"))
        .addSubcommand(new MigrationsShowCommand(workplace))
        .addSubcommand(new MigrationsCancelCommand(workplace));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (last != null && last < 1) {
      throw options.wrong("--last=" + last + " must be 1 or more");
    }
    try (Hostd hostd = options.open(workplace)) {
      List<MigrationStatus> all =
          hostd.ask(ControlPlane::migrations).stream()
              .filter(status -> pair == null || status.migration().pair().equals(pair))
              .toList();
      tell(last == null ? all : all.subList(Math.max(0, all.size() - last), all.size()));
      return ExitStatus.DONE.code();
    }
  }

  private void tell(List<MigrationStatus> moves) {
    Lines lines = options.lines();
    Table table =
        new Table("ID", "PAIR", "FROM", "TO", "STATE", "STARTED", "TOOK", "HELD", "LOST", "HOLD");
    for (MigrationStatus status : moves) {
      MigrationRecord move = status.migration();
      if (options.json()) {
        lines.tell("migration", MigrationReport.details(status));
      }
      table.row(
          move.id(),
          move.pair(),
          move.from(),
          move.to(),
          Wording.words(move.state()),
          Wording.time(move.started()),
          move.ended()
              .map(end -> Wording.duration(Duration.between(move.started(), end)))
              .orElse(""),
          move.receipt().map(receipt -> Long.toString(receipt.held())).orElse(""),
          move.receipt().map(receipt -> Long.toString(receipt.lost())).orElse(""),
          move.receipt().map(receipt -> Wording.duration(receipt.hold())).orElse(""));
    }
    if (!options.json()) {
      options.print(table.toString());
    }
  }
}
