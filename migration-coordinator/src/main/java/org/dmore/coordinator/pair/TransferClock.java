package org.dmore.coordinator.pair;

import java.time.Duration;
import java.util.Optional;

/**
 * When one VM's own move began and when it landed, late or not, as the leader that began it saw it.
 * Used by the one thread that carries a move out.
 */
final class TransferClock {
  private long begun;
  private long landed;
  private boolean hasBegun;
  private boolean hasLanded;

  /** It begins now, perhaps anew. */
  void begin() {
    begun = System.nanoTime();
    hasBegun = true;
    hasLanded = false;
  }

  /** It has landed now, unless it had before. */
  void land() {
    if (!hasLanded) {
      landed = System.nanoTime();
      hasLanded = true;
    }
  }

  /** Whether it has landed. */
  boolean hasLanded() {
    return hasLanded;
  }

  /** How long it took; empty if it has not landed, or another leader began it. */
  Optional<Duration> took() {
    return hasBegun && hasLanded ? Optional.of(Duration.ofNanos(landed - begun)) : Optional.empty();
  }

  /** How much later than another it landed, negative if earlier; empty if either has not. */
  Optional<Duration> landedAfter(TransferClock other) {
    return hasLanded && other.hasLanded
        ? Optional.of(Duration.ofNanos(landed - other.landed))
        : Optional.empty();
  }
}
