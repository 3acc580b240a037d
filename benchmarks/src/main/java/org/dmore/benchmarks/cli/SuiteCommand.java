package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ResultFile;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that runs benchmarks and prints a table. */
abstract class SuiteCommand implements Callable<Integer> {
  private final Suite suite;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "About a tenth of the time: good for a look, not for a comparison.")
  private boolean quick;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs that each benchmark runs in, one after the other: 1 to 20.")
  private Optional<Integer> forks = Optional.empty();

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Measured iterations in each JVM: 1 to 100.")
  private Optional<Integer> iterations = Optional.empty();

  @Mixin private ResultOutput output;

  @Option(
      names = "--jmh-json",
      paramLabel = "FILE",
      description = "Write JMH's own result there as well.")
  private Optional<Path> jmhJson = Optional.empty();

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Write what JMH and the benchmarks say meanwhile there.")
  private Optional<Path> log = Optional.empty();

  SuiteCommand(Suite suite) {
    this.suite = suite;
  }

  /** The table of what was measured, in Markdown. */
  abstract String report(List<Measurement> measured, Machine machine);

  /** The same as figures. */
  abstract ResultFile result(List<Measurement> measured, Machine machine) throws IOException;

  @Override
  public Integer call() throws IOException {
    BenchPlan plan = plan();
    output.check(spec);
    jmhJson.ifPresent(file -> ResultPath.requireWritable(spec, "--jmh-json", file));
    log.ifPresent(file -> ResultPath.requireWritable(spec, "--log", file));

    PrintWriter err = spec.commandLine().getErr();
    Machine machine = Machine.here(commandText());
    suite.leftOut().ifPresent(what -> err.println("dmore: " + what));
    List<Measurement> measured;
    try (Chatter chatter = log.isPresent() ? Chatter.to(log.get()) : Chatter.toNowhere()) {
      measured = plan.run(new Progress(err, plan, Help.Ansi.AUTO.enabled(), chatter), jmhJson);
    } catch (RunnerException e) {
      throw new IOException("the benchmarks did not run: " + reason(e), e);
    }
    spec.commandLine().getOut().println();
    output.write(report(measured, machine), result(measured, machine), spec);
    if (measured.size() < plan.benchmarks()) {
      err.println(
          "dmore: benchmarks="
              + (plan.benchmarks() - measured.size())
              + " failed: run again with --log FILE and see what they say");
      return 1;
    }
    return 0;
  }

  private BenchPlan plan() {
    BenchPlan plan = quick ? BenchPlan.quick(suite) : BenchPlan.full(suite);
    List<String> problems = new ArrayList<>();
    forks
        .filter(n -> n < 1 || n > BenchPlan.MAX_FORKS)
        .ifPresent(n -> problems.add("--forks=" + n + " is not in 1.." + BenchPlan.MAX_FORKS));
    iterations
        .filter(n -> n < 1 || n > BenchPlan.MAX_ITERATIONS)
        .ifPresent(
            n -> problems.add("--iterations=" + n + " is not in 1.." + BenchPlan.MAX_ITERATIONS));
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("; ", problems));
    }
    return plan.withForks(forks.orElse(plan.forks()))
        .withIterations(iterations.orElse(plan.iterations()));
  }

  private String commandText() {
    StringBuilder text = new StringBuilder(spec.qualifiedName());
    if (quick) {
      text.append(" --quick");
    }
    forks.ifPresent(n -> text.append(" --forks ").append(n));
    iterations.ifPresent(n -> text.append(" --iterations ").append(n));
    return text.toString();
  }

  private static String reason(RunnerException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("JMH lock")) {
      return "another benchmark is running on this machine; wait for it to end";
    }
    return message.strip();
  }
}
