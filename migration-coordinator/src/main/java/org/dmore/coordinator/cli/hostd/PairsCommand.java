package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.Lines;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.store.record.PairRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dmore pairs}. */
@Command(
    name = "pairs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"List the pairs: user VMs with their console VMs, and where they are.", ""},
    footer = {"", ExitStatus.HELP})
final class PairsCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  private PairsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /** The command with those below it. */
  static CommandLine with(Workplace workplace) {
    return new CommandLine(new PairsCommand(workplace))
        .addSubcommand(new PairsAddCommand(workplace))
        .addSubcommand(new PairsShowCommand(workplace))
        .addSubcommand(new PairsRemoveCommand(workplace));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      Lines lines = options.lines();
      Table table = new Table("NAME", "DOMU", "DOMR", "HOST", "CONSOLE", "MOVE", "LABELS");
      for (PairStatus status : hostd.ask(ControlPlane::pairs)) {
        PairRecord pair = status.pair();
        if (options.json()) {
          lines.tell("pair", Details.details(status));
        }
        table.row(
            pair.name(),
            String.join(" ", pair.guests()),
            pair.domR(),
            pair.host(),
            pair.console(),
            status.migration().orElse(""),
            Wording.labels(pair.labels()));
      }
      if (!options.json()) {
        options.print(table.toString());
      }
      return ExitStatus.DONE.code();
    }
  }
}
