package org.dmore.benchmarks.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CheckCommand.class,
      ContinuityCommand.class,
      CostCommand.class,
      EncodersCommand.class,
      KeystrokeCommand.class,
      PeersCommand.class,
      ReportCommand.class,
      SessionsCommand.class,
      VideoCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: try dmore bench --help");
  }
}
