package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore pairs remove}. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Forget a pair that does not move; its VMs and devices stay as they are.", ""},
    footer = {"", ExitStatus.HELP})
final class PairsRemoveCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "NAME", description = "The pair's name.")
  private String name;

  PairsRemoveCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      hostd.tell(plane -> plane.forgetPair(name));
      options.lines().tell("removed", Map.of("pair", name));
      return ExitStatus.DONE.code();
    }
  }
}
