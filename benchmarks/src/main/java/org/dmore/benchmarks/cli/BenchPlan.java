package org.dmore.benchmarks.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.benchmarks.BridgeBenchmark;
import org.dmore.benchmarks.FloorBenchmark;
import org.dmore.benchmarks.KeystrokeBenchmark;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ThreadAllocation;
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
 * @param forks JVMs that each benchmark runs in
 * @param warmups iterations in each that are not counted
 * @param iterations iterations in each that are
 * @param iteration how long an iteration takes
 */
record BenchPlan(int forks, int warmups, int iterations, Duration iteration) {
  static final int MAX_FORKS = 20;
  static final int MAX_ITERATIONS = 100;

  /** For figures that are kept; forks differ more than iterations do, so rather more of them. */
  static final BenchPlan FULL = new BenchPlan(3, 2, 3, Duration.ofSeconds(1));

  /** For a look. */
  static final BenchPlan QUICK = new BenchPlan(1, 2, 2, Duration.ofMillis(300));

  /** Starting a JVM and building a rig. */
  private static final Duration START = Duration.ofMillis(900);

  /** Three ways of waiting for the key and for each of the two floors, four of the bridge. */
  private static final int BENCHMARKS = 3 + 2 * 3 + 4;

  /**
   * The forks log warnings alone, and to JMH's stream; and Netty does not follow one buffer in 128
   * with stack traces, which would be most of what is allocated.
   */
  private static final String[] FORK_ARGUMENTS = {
    "-Dlogback.configurationFile=org/dmore/benchmarks/logback-fork.xml",
    "-Dio.netty.leakDetection.level=disabled"
  };

  BenchPlan withForks(int count) {
    return new BenchPlan(count, warmups, iterations, iteration);
  }

  BenchPlan withIterations(int count) {
    return new BenchPlan(forks, warmups, count, iteration);
  }

  /** Benchmarks to run, each set of parameters counted. */
  int benchmarks() {
    return BENCHMARKS;
  }

  /** Iterations in all. */
  int steps() {
    return BENCHMARKS * forks * (warmups + iterations);
  }

  /** How long all of it will take, roughly. */
  Duration estimate() {
    return iteration
        .multipliedBy(warmups + iterations)
        .plus(START)
        .multipliedBy((long) BENCHMARKS * forks);
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
            .include(pattern(KeystrokeBenchmark.class))
            .include(pattern(FloorBenchmark.class))
            .include(pattern(BridgeBenchmark.class))
            .forks(forks)
            .warmupIterations(warmups)
            .warmupTime(time)
            .measurementIterations(iterations)
            .measurementTime(time)
            .jvmArgsAppend(FORK_ARGUMENTS)
            .addProfiler(GCProfiler.class)
            .addProfiler(ThreadAllocation.class);
    json.ifPresent(file -> options.resultFormat(ResultFormatType.JSON).result(file.toString()));
    return new Runner(options.build(), progress).run().stream().map(Measurement::of).toList();
  }

  private static String pattern(Class<?> benchmark) {
    return "^" + benchmark.getName().replace(".", "\\.") + "\\.";
  }
}
