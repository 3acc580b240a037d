package org.dmore.coordinator.store.record;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The emptying of a host; one at a time for each.
 *
 * @param host the host
 * @param state how it stands
 * @param parallelism how many pairs may move at once
 * @param started when it began
 * @param results what became of each pair so far, by the pair's name
 */
public record DrainRecord(
    String host, State state, int parallelism, Instant started, Map<String, Result> results) {

  /** How a drain stands. */
  public enum State {
    /** Pairs are being moved. */
    RUNNING,
    /** Moves that are under way end, none begin. */
    PAUSED,
    /** All that could be moved were. */
    DONE
  }

  /**
   * What became of a pair.
   *
   * @param outcome what
   * @param migration the move's id, if there was one
   * @param why why it stayed; empty if it did not
   */
  public record Result(Outcome outcome, Optional<String> migration, String why) {
    /** Checks that nothing is missing. */
    public Result {
      Objects.requireNonNull(outcome, "outcome");
      migration = migration == null ? Optional.empty() : migration;
      why = why == null ? "" : why;
    }
  }

  /** What becomes of a pair in a drain. */
  public enum Outcome {
    /** It is being moved. */
    MOVING,
    /** It is elsewhere now. */
    MOVED,
    /** It could not be moved. */
    STAYED
  }

  /** Checks that nothing is missing; no results are none. */
  public DrainRecord {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(started, "started");
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism=" + parallelism + " must be 1 or more");
    }
    results = results == null ? Map.of() : Map.copyOf(results);
  }

  /** The same in another state. */
  public DrainRecord withState(State next) {
    return new DrainRecord(host, next, parallelism, started, results);
  }

  /** The same with what became of a pair. */
  public DrainRecord withResult(String pair, Result result) {
    Map<String, Result> more = new HashMap<>(results);
    more.put(pair, result);
    return new DrainRecord(host, state, parallelism, started, more);
  }
}
