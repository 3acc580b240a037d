package org.dmore.benchmarks.report;

import java.util.Collection;

/**
 * Percentiles by nearest rank: of what was measured the least that so many of a hundred do not
 * exceed. So each is a value that was seen, and none is made up between two.
 */
public final class NearestRank {
  private NearestRank() {}

  /**
   * Where a percentile stands among sorted values.
   *
   * @param count how many there are, 1 at least
   * @param percent from 0, the first, to 100, the last
   */
  public static int index(int count, double percent) {
    if (count < 1 || !(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("percentile=" + percent + " of values=" + count);
    }
    return Math.max(0, (int) Math.ceil(percent * count / 100) - 1);
  }

  /** A percentile of values in any order. */
  public static double of(Collection<Double> values, double percent) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[index(sorted.length, percent)];
  }
}
