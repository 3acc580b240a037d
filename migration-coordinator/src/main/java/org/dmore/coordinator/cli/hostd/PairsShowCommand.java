package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.store.record.PairRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore pairs show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Show what is known of a pair.", ""},
    footer = {"", ExitStatus.HELP})
final class PairsShowCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "NAME", description = "The pair's name.")
  private String name;

  PairsShowCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      PairStatus status = hostd.ask(plane -> plane.pair(name));
      if (options.json()) {
        options.lines().tell("pair", Details.details(status));
        return ExitStatus.DONE.code();
      }
      PairRecord pair = status.pair();
      options.print("pair      " + pair.name());
      for (String guest : pair.guests()) {
        boolean addressed = pair.pair().isShared() && !pair.console().isEmpty();
        options.print("user VM   " + guest + (addressed ? ", at " + pair.consoleOf(guest) : ""));
      }
      options.print(
          "console   "
              + pair.domR()
              + (pair.console().isEmpty() ? "" : ", viewers connect to " + pair.console()));
      options.print("host      " + pair.host());
      options.print(
          "move      "
              + status
                  .migration()
                  .map(id -> "under way: dmore migrations show " + id)
                  .orElse("none"));
      if (!pair.labels().isEmpty()) {
        options.print("labels    " + Wording.labels(pair.labels()));
      }
      if (!pair.affinity().isEmpty()) {
        options.print("needs     a host with " + Wording.labels(pair.affinity()));
      }
      return ExitStatus.DONE.code();
    }
  }
}
