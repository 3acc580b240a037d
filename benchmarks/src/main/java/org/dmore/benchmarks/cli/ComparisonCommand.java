package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that measures dmore beside other servers, those that are installed.
 *
 * @param <S> a server
 */
abstract class ComparisonCommand<S> implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "A tenth of the time: good for a look, not for a comparison.")
  private boolean quick;

  @Mixin private ResultOutput output;

  /** Those that can be measured here; says of the others what is missing. */
  abstract List<S> installed(PrintWriter err);

  /** Why it is no use to measure just these; empty if it is. */
  abstract String refusal(List<S> present);

  /**
   * Measures.
   *
   * @param progress is told what is measured next
   */
  abstract ResultFile measure(
      List<S> present, boolean quickly, Machine machine, Consumer<String> progress)
      throws IOException, InterruptedException;

  /** What a result says, in Markdown. */
  abstract String report(ResultFile result);

  @Override
  public Integer call() throws IOException, InterruptedException {
    output.check(spec);
    PrintWriter err = spec.commandLine().getErr();
    List<S> present = installed(err);
    String refusal = refusal(present);
    if (!refusal.isEmpty()) {
      err.println("dmore: " + refusal);
      return 1;
    }
    Machine machine = Machine.here(spec.qualifiedName() + (quick ? " --quick" : ""));
    ResultFile result =
        measure(
            present,
            quick,
            machine,
            step -> {
              err.println(step);
              err.flush();
            });
    output.write(report(result), result, spec);
    return 0;
  }
}
