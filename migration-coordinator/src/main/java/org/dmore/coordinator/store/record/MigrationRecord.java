package org.dmore.coordinator.store.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;

/**
 * One move of a pair, from its beginning. Its journal is apart: {@link
 * org.dmore.coordinator.pair.StoreJournal}.
 *
 * @param id from {@link TimeOrderedIds}
 * @param pair the pair's name
 * @param from the source host
 * @param to the destination host
 * @param state how it stands
 * @param step the step that was begun last
 * @param started when it began
 * @param ended when it ended
 * @param receipt what it did to the console's input, once that is known
 * @param failure why it failed or was called off
 */
public record MigrationRecord(
    String id,
    String pair,
    String from,
    String to,
    State state,
    MigrationStep step,
    Instant started,
    Optional<Instant> ended,
    Optional<MigrationReceipt> receipt,
    Optional<String> failure) {

  /** How a move stands. */
  public enum State {
    /** It is under way, or its leader died and nobody has taken it up yet. */
    RUNNING,
    /** Both VMs are at the destination; the receipt accounts for the console's input. */
    DONE,
    /** Both VMs are at the source. */
    CALLED_OFF;

    /** Whether nothing more comes. */
    public boolean hasEnded() {
      return this != RUNNING;
    }
  }

  /** Checks that nothing is missing that is needed from the beginning. */
  public MigrationRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(pair, "pair");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(started, "started");
    ended = ended == null ? Optional.empty() : ended;
    receipt = receipt == null ? Optional.empty() : receipt;
    failure = failure == null ? Optional.empty() : failure;
  }

  /** One that begins now. */
  public static MigrationRecord begun(String id, String pair, String from, String to, Instant now) {
    return new MigrationRecord(
        id,
        pair,
        from,
        to,
        State.RUNNING,
        MigrationStep.CHECK,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same at another step. */
  public MigrationRecord at(MigrationStep next) {
    return new MigrationRecord(id, pair, from, to, state, next, started, ended, receipt, failure);
  }

  /** The same, done. */
  public MigrationRecord done(Instant now, MigrationReceipt found) {
    return new MigrationRecord(
        id,
        pair,
        from,
        to,
        State.DONE,
        step,
        started,
        Optional.of(now),
        Optional.of(found),
        Optional.empty());
  }

  /**
   * The same, ended otherwise.
   *
   * @param end how
   * @param why for people
   */
  public MigrationRecord ended(State end, Instant now, String why) {
    return new MigrationRecord(
        id, pair, from, to, end, step, started, Optional.of(now), receipt, Optional.of(why));
  }
}
