package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.Lines;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.store.record.HostRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dmore hosts}. */
@Command(
    name = "hosts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"List the hosts: their state, room and labels.", ""},
    footer = {"", ExitStatus.HELP})
final class HostsCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  private HostsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /** The command with the one below it. */
  static CommandLine with(Workplace workplace) {
    return new CommandLine(new HostsCommand(workplace))
        .addSubcommand(new HostsLabelCommand(workplace))
        .addSubcommand(new HostsDownCommand(workplace));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      Lines lines = options.lines();
      Table table =
          new Table(
              "NAME", "STATE", "PRESENT", "PAIRS", "MAX-VMS", "FREE/GIB", "LABELS", "LAST-SEEN");
      for (HostStatus status : hostd.ask(ControlPlane::hosts)) {
        HostRecord host = status.host();
        if (options.json()) {
          lines.tell("host", Details.details(status));
        }
        table.row(
            host.name(),
            Wording.words(host.state()),
            status.present() ? "yes" : "no",
            status.pairs(),
            host.maxVms(),
            Wording.gibibytes(host.freeMemoryBytes()) + "/" + Wording.gibibytes(host.memoryBytes()),
            Wording.labels(host.labels()),
            Wording.time(host.lastSeen()));
      }
      if (!options.json()) {
        options.print(table.toString());
      }
      return ExitStatus.DONE.code();
    }
  }
}
