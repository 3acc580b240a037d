package org.dmore.benchmarks.peers;

import java.time.Duration;

/**
 * How much is measured. Each round starts each server anew, and its figures are merged with those
 * of the other rounds.
 *
 * @param rounds how often each server is started
 * @param warmKeys key events that are not counted, each time, unless they last too long
 * @param restingKeys key events with a pause before each, each time
 * @param busyKeys key events back to back, each time
 * @param warmPresses presses that draw and are not counted, each time, unless they last too long
 * @param warmLimit how long either of those may last
 * @param settling time after either of those in which nothing is done, so that a JVM's compiler
 *     ends what it has begun
 * @param presses presses that draw and are counted, each time
 */
public record PeersPlan(
    int rounds,
    int warmKeys,
    int restingKeys,
    int busyKeys,
    int warmPresses,
    Duration warmLimit,
    Duration settling,
    int presses) {

  /** For figures that are kept. */
  public static PeersPlan full() {
    return new PeersPlan(
        3, 20_000, 800, 4000, 10_000, Duration.ofSeconds(4), Duration.ofSeconds(2), 100);
  }

  /** For a look. */
  public static PeersPlan quick() {
    return new PeersPlan(
        1, 8000, 200, 1000, 1500, Duration.ofSeconds(1), Duration.ofMillis(500), 30);
  }
}
