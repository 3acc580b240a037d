package org.dmore.coordinator.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore token}. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Tokens and one-time passwords that open a VM's console.",
      "A token names the VM and what it lets do; consoles that know its issuer's public",
      "key take it, wherever they are.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command with those below it. */
  static CommandLine with(Dom0.Source source) {
    CommandLine line = new CommandLine(new TokenCommand());
    line.addSubcommand(new TokenKeygenCommand());
    line.addSubcommand(new TokenIssueCommand());
    line.addSubcommand(new TokenPasswordCommand(source));
    line.addSubcommand(new TokenRevokeCommand(source));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: try dmore token --help");
  }
}
