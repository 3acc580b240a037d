package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Says where a run of JMH stands: on a terminal one line that is written over at each iteration,
 * elsewhere a line for each benchmark. What JMH itself says goes to the {@link Chatter}.
 */
final class Progress implements OutputFormat {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final BenchPlan plan;
  private final boolean terminal;
  private final Chatter chatter;
  private final long begin = System.nanoTime();
  private int benchmark;
  private int step;

  Progress(PrintWriter out, BenchPlan plan, boolean terminal, Chatter chatter) {
    this.out = out;
    this.plan = plan;
    this.terminal = terminal;
    this.chatter = chatter;
  }

  @Override
  public void startRun() {
    out.println(
        "benchmarks=%d forks=%d iterations=%d+%d of %d ms: about %s"
            .formatted(
                plan.benchmarks(),
                plan.forks(),
                plan.warmups(),
                plan.iterations(),
                plan.iteration().toMillis(),
                text(plan.estimate())));
    out.flush();
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    benchmark++;
    // A benchmark that failed leaves its iterations out.
    step = (benchmark - 1) * (plan.steps() / plan.benchmarks());
    chatter.stream().println("# " + params.id());
    if (!terminal) {
      out.println(line(shortName(params)));
      out.flush();
    }
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {
    if (terminal) {
      String kind = iteration.getType() == IterationType.WARMUP ? "warm-up" : "iteration";
      out.print(
          CLEAR_LINE
              + line(
                  "%s %s %d/%d".formatted(shortName(params), kind, number, iteration.getCount())));
      out.flush();
    }
  }

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {
    step++;
    chatter.stream().println(iteration.getType() + " " + number + ": " + result.getPrimaryResult());
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void endRun(Collection<RunResult> results) {
    if (terminal) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  @Override
  public void print(String text) {
    chatter.stream().print(text);
  }

  @Override
  public void println(String text) {
    chatter.stream().println(text);
  }

  @Override
  public void verbosePrintln(String text) {
    chatter.stream().println(text);
  }

  @Override
  public void write(int octet) {
    chatter.stream().write(octet);
  }

  @Override
  public void write(byte[] octets) throws IOException {
    chatter.stream().write(octets);
  }

  @Override
  public void flush() {
    chatter.stream().flush();
  }

  @Override
  public void close() {
    flush();
  }

  private String line(String what) {
    return "[%d/%d] %s, %s left".formatted(benchmark, plan.benchmarks(), what, text(left()));
  }

  /** By the pace so far, once there is one. */
  private Duration left() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    Duration whole =
        step < plan.steps() / plan.benchmarks()
            ? plan.estimate()
            : elapsed.multipliedBy(plan.steps()).dividedBy(step);
    Duration rest = whole.minus(elapsed);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private static String shortName(BenchmarkParams params) {
    String id = params.id();
    String method = params.getBenchmark();
    int type = method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1;
    return id.startsWith(method) ? method.substring(type) + id.substring(method.length()) : id;
  }

  private static String text(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }
}
