package org.dmore.coordinator.cli.hostd;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmore completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {"Print a script that completes dmore's commands and options at a shell.", ""},
    footer = {
      "",
      "bash: source <(dmore completion bash)",
      "zsh:  source <(dmore completion zsh)",
      "Exit status: 0 done; 2 the command line is wrong."
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Shells that are completed; the one script looks which it is in. */
  private enum Shell {
    BASH,
    ZSH
  }

  @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell;

  @Override
  public void run() {
    spec.commandLine().getOut().println("# Completes dmore's commands at " + Wording.words(shell));
    spec.commandLine().getOut().println(AutoComplete.bash("dmore", spec.root().commandLine()));
    spec.commandLine().getOut().flush();
  }
}
