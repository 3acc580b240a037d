package org.dmore.benchmarks.continuity;

import java.time.Duration;
import java.util.Optional;

/**
 * What a move itself tells of what it did.
 *
 * @param domU how long the user VM stood still
 * @param pair what dmore's receipt says besides; empty for anything else
 */
public record MoveTimes(Duration domU, Optional<PairTimes> pair) {
  /**
   * Of dmore's receipt.
   *
   * @param domR how long DomR stood still
   * @param hold how long input was held
   * @param held key events that were held
   * @param exact whether the receipt says that nothing was lost or doubled, and all was delivered
   */
  public record PairTimes(Duration domR, Duration hold, long held, boolean exact) {}
}
