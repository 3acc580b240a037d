package org.dmore.benchmarks.lab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore lab}. */
@Command(
    name = "lab",
    mixinStandardHelpOptions = true,
    description = "Real Xen on this machine: two hosts under QEMU, a DomR and a DomU.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      RunCommand.class,
      ConsoleCommand.class,
      DownCommand.class
    },
    footer = {
      "",
      "Exit status: 0 done; 1 a check failed, or something went wrong; 2 the command line is",
      "wrong; 3 the emulator failed: a host or a guest did not boot."
    })
public final class LabCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command with those below it. */
  static CommandLine line() {
    CommandLine line = new CommandLine(new LabCommand());
    line.getSubcommands().get("console").setStopAtPositional(true); // what follows is dom0's
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: try dmore lab up, status, run, console or down");
  }
}
