package org.dmore.benchmarks.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.benchmarks.report.BenchmarkCpu;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ThreadAllocation;
import org.dmore.benchmarks.report.VideoLoad;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How long and how often the benchmarks run.
 *
 * @param suite what is run
 * @param forks JVMs that each benchmark runs in
 * @param warmups iterations in each that are not counted
 * @param iterations iterations in each that are
 * @param iteration how long an iteration takes
 */
record BenchPlan(Suite suite, int forks, int warmups, int iterations, Duration iteration) {
  static final int MAX_FORKS = 20;
  static final int MAX_ITERATIONS = 100;

  /**
   * The forks log warnings alone, and to JMH's stream; and Netty does not follow one buffer in 128
   * with stack traces, which would be most of what is allocated.
   */
  private static final String[] FORK_ARGUMENTS = {
    "-Dlogback.configurationFile=org/dmore/benchmarks/logback-fork.xml",
    "-Dio.netty.leakDetection.level=disabled"
  };

  /** For figures that are kept; forks differ more than iterations do, so rather more of them. */
  static BenchPlan full(Suite suite) {
    return new BenchPlan(suite, suite == Suite.KEYSTROKE ? 3 : 1, 2, 3, Duration.ofSeconds(1));
  }

  /** For a look. */
  static BenchPlan quick(Suite suite) {
    return new BenchPlan(suite, 1, 2, 2, Duration.ofMillis(300));
  }

  BenchPlan withForks(int count) {
    return new BenchPlan(suite, count, warmups, iterations, iteration);
  }

  BenchPlan withIterations(int count) {
    return new BenchPlan(suite, forks, warmups, count, iteration);
  }

  /** Benchmarks to run, each set of parameters counted. */
  int benchmarks() {
    return suite.benchmarks();
  }

  /** Iterations in all. */
  int steps() {
    return benchmarks() * forks * (warmups + iterations);
  }

  /** How long all of it will take, roughly. */
  Duration estimate() {
    return iteration
        .multipliedBy(warmups + iterations)
        .plus(suite.start())
        .multipliedBy((long) benchmarks() * forks);
  }

  /**
   * Runs the benchmarks in JVMs of their own, on this JVM's class path.
   *
   * @param json where JMH's own result goes
   * @return what was measured; benchmarks that failed are left out
   */
  List<Measurement> run(OutputFormat progress, Optional<Path> json) throws RunnerException {
    TimeValue time = TimeValue.milliseconds(iteration.toMillis());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(forks)
            .warmupIterations(warmups)
            .warmupTime(time)
            .measurementIterations(iterations)
            .measurementTime(time)
            .jvmArgsAppend(FORK_ARGUMENTS)
            .addProfiler(GCProfiler.class)
            .addProfiler(ThreadAllocation.class)
            .addProfiler(BenchmarkCpu.class)
            .addProfiler(VideoLoad.class);
    suite.patterns().forEach(options::include);
    json.ifPresent(file -> options.resultFormat(ResultFormatType.JSON).result(file.toString()));
    return new Runner(options.build(), progress).run().stream().map(Measurement::of).toList();
  }
}
