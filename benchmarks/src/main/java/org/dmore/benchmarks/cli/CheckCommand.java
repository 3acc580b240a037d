package org.dmore.benchmarks.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.report.Goals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmore bench check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Holds results to what dmore's figures have to be.",
      "",
      "Mostly ratios within one run. Status 0: all goals that had figures were met; 1: one was"
          + " missed, or none had figures.",
      ""
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE.json",
      description = "Results that --json of other bench commands wrote.")
  private List<Path> files;

  @Override
  public Integer call() {
    Goals goals = new Goals(ResultFiles.read(files, spec.commandLine()));
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    out.print(goals.markdown());
    out.flush();
    if (!goals.applied()) {
      err.println(
          "dmore: nothing was checked: no goal is about these results' figures;"
              + " name results of bench peers, video, keystroke or continuity");
      return 1;
    }
    goals.missed().forEach(text -> err.println("dmore: missed: " + text));
    return goals.missed().isEmpty() ? 0 : 1;
  }
}
