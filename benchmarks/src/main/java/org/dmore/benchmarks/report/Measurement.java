package org.dmore.benchmarks.report;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.dmore.benchmarks.rig.WatchedRig.Video;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * One benchmark's result.
 *
 * @param name the benchmark's class and method, such as {@code FloorBenchmark.paced}, with its
 *     parameters in brackets if it has any
 * @param mean microseconds an operation
 * @param spread the distribution; empty if only the mean was measured
 * @param keyThreadBytes bytes an operation that the thread of the key's way allocated, from the
 *     socket or the decoded event to the notification; the median of the iterations, since a single
 *     one may meet what JMH or the JVM does once
 * @param allBytes bytes an operation that all threads of the JVM allocated; likewise
 * @param cpu microseconds an operation that the benchmark's own thread had a processor; likewise
 * @param load what went on beside it, if something was made to
 */
public record Measurement(
    String name,
    double mean,
    Optional<Spread> spread,
    OptionalDouble keyThreadBytes,
    OptionalDouble allBytes,
    OptionalDouble cpu,
    Optional<Video> load) {

  /** Percentiles of an operation's time in microseconds. */
  public record Spread(double p50, double p90, double p99, double p999, double max) {}

  /** One beside which nothing was made to go on. */
  public Measurement(
      String name,
      double mean,
      Optional<Spread> spread,
      OptionalDouble keyThreadBytes,
      OptionalDouble allBytes,
      OptionalDouble cpu) {
    this(name, mean, spread, keyThreadBytes, allBytes, cpu, Optional.empty());
  }

  /** Reads what JMH measured. */
  public static Measurement of(RunResult result) {
    Statistics times = result.getPrimaryResult().getStatistics();
    Optional<Spread> spread =
        result.getParams().getMode() == Mode.SampleTime
            ? Optional.of(
                new Spread(
                    times.getPercentile(50),
                    times.getPercentile(90),
                    times.getPercentile(99),
                    times.getPercentile(99.9),
                    times.getMax()))
            : Optional.empty();
    String benchmark = result.getParams().getBenchmark();
    String name =
        benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
    ThreadAllocation.Role keyThread =
        name.startsWith("Bridge") ? ThreadAllocation.Role.BENCHMARK : ThreadAllocation.Role.LOOP;
    return new Measurement(
        name + parameters(result),
        times.getMean(),
        spread,
        secondary(result, keyThread.result()),
        secondary(result, "gc.alloc.rate.norm"),
        secondary(result, BenchmarkCpu.RESULT),
        load(result));
  }

  private static Optional<Video> load(RunResult result) {
    OptionalDouble updates = secondary(result, VideoLoad.UPDATES);
    OptionalDouble left = secondary(result, VideoLoad.CPU_LEFT);
    return updates.isPresent() && left.isPresent()
        ? Optional.of(new Video(updates.getAsDouble(), left.getAsDouble()))
        : Optional.empty();
  }

  /** What ratios are made of: the median where there is one. */
  double typical() {
    return spread.map(Spread::p50).orElse(mean);
  }

  private static String parameters(RunResult result) {
    StringBuilder text = new StringBuilder();
    for (String key : result.getParams().getParamsKeys()) {
      text.append(text.isEmpty() ? "[" : " ")
          .append(key)
          .append('=')
          .append(result.getParams().getParam(key));
    }
    return text.isEmpty() ? "" : text.append(']').toString();
  }

  @SuppressWarnings("rawtypes") // JMH declares it so
  private static OptionalDouble secondary(RunResult result, String label) {
    for (Map.Entry<String, Result> entry : result.getSecondaryResults().entrySet()) {
      // Older JMH puts a middle dot before a profiler's labels.
      if (entry.getKey().endsWith(label)) {
        return OptionalDouble.of(entry.getValue().getStatistics().getPercentile(50));
      }
    }
    return OptionalDouble.empty();
  }
}
