package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures several things in turn, so that what changes on the machine meanwhile meets all. */
final class Turns {
  private Turns() {}

  /** Measures one thing once. */
  @FunctionalInterface
  interface Measurement<K, T> {
    T of(K subject) throws IOException, InterruptedException;
  }

  /**
   * Measures each thing once in every turn, in one turn more than is counted.
   *
   * @param turns that are counted
   * @return what was measured of each, in the order of the subjects
   */
  static <K, T> Map<K, List<T>> measure(
      Collection<K> subjects, int turns, Measurement<K, T> measurement)
      throws IOException, InterruptedException {
    Map<K, List<T>> all = new LinkedHashMap<>();
    for (int turn = -1; turn < turns; turn++) {
      for (K subject : subjects) {
        T measured = measurement.of(subject);
        if (turn >= 0) {
          all.computeIfAbsent(subject, key -> new ArrayList<>()).add(measured);
        }
      }
    }
    return all;
  }
}
