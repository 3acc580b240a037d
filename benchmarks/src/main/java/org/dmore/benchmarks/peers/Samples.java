package org.dmore.benchmarks.peers;

import java.util.Arrays;
import org.dmore.benchmarks.report.NearestRank;

/** Times that were measured, in nanoseconds. Used by one thread. */
public final class Samples {
  private static final int FIRST_CAPACITY = 1024;

  private long[] nanos = new long[FIRST_CAPACITY];
  private int count;

  /** Adds one. */
  public void add(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  /** Adds those of another. */
  public void addAll(Samples other) {
    for (int i = 0; i < other.count; i++) {
      add(other.nanos[i]);
    }
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /**
   * How they are spread.
   *
   * @throws IllegalStateException if there are none
   */
  public Spread spread() {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Spread(
        micros(sorted, 50),
        micros(sorted, 90),
        micros(sorted, 99),
        sorted[count - 1] / 1e3,
        Arrays.stream(sorted).average().orElseThrow() / 1e3);
  }

  private static double micros(long[] sorted, double percentile) {
    return sorted[NearestRank.index(sorted.length, percentile)] / 1e3;
  }

  /** Percentiles, the longest time and the mean, in microseconds. */
  public record Spread(double p50, double p90, double p99, double max, double mean) {}
}
