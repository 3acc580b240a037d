package org.dmore.coordinator.pair;

import java.time.Duration;

/**
 * The bounds of a paired migration; every wait has one.
 *
 * @param answer how long consoled may take to answer a command
 * @param domUCopy how long the user VM may be copied before its DomR is to follow
 * @param drain how long the guest is given to consume what stands in its ring before DomR moves;
 *     what it leaves is kept and delivered afterwards
 * @param domRMove how long DomR's own move may take
 * @param domULanding how long the user VM may take to land once DomR has
 * @param pausedBound how long a user VM that is stopped may wait for its DomR; beyond it the move
 *     is called off
 * @param verify how long the guest is given to consume what was kept
 * @param persistence how long a step is tried again that there is no way back from; then it is left
 *     to whoever recovers the move
 */
public record MigrationSettings(
    Duration answer,
    Duration domUCopy,
    Duration drain,
    Duration domRMove,
    Duration domULanding,
    Duration pausedBound,
    Duration verify,
    Duration persistence) {

  /** Generous for moves, 500 ms for a stopped user VM. */
  public static final MigrationSettings DEFAULT =
      new MigrationSettings(
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  /** The same with another bound for a stopped user VM. */
  public MigrationSettings withPausedBound(Duration bound) {
    return new MigrationSettings(
        answer, domUCopy, drain, domRMove, domULanding, bound, verify, persistence);
  }

  /** The same with another time for draining. */
  public MigrationSettings withDrain(Duration time) {
    return new MigrationSettings(
        answer, domUCopy, time, domRMove, domULanding, pausedBound, verify, persistence);
  }

  /** The same with another time for verifying. */
  public MigrationSettings withVerify(Duration time) {
    return new MigrationSettings(
        answer, domUCopy, drain, domRMove, domULanding, pausedBound, time, persistence);
  }
}
