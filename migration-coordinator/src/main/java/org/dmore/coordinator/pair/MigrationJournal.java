package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where every step of every move is written down before it is done, so that whoever comes after a
 * crash knows what may have been done. Thread-safe.
 */
public interface MigrationJournal {

  /** What is said of a step. */
  enum Mark {
    /** It is about to be done. */
    BEGIN,
    /** It was done. */
    DONE,
    /** It failed; {@code detail} says why. */
    FAILED,
    /** It was undone. */
    UNDONE,
    /**
     * The whole move is over, with both VMs on one host and nothing left to do: after the step. A
     * move without it is for the next leader to bring to an end.
     */
    ENDED
  }

  /**
   * A line of the journal.
   *
   * @param time when it was written
   * @param migration the move's id
   * @param pair the pair that moves
   * @param from the source host
   * @param to the destination host
   * @param step which step
   * @param mark what of it
   * @param detail more, for people; may be empty
   * @param facts what a later leader needs to know and could not find out any more, by name
   */
  record Entry(
      Instant time,
      String migration,
      String pair,
      String from,
      String to,
      MigrationStep step,
      Mark mark,
      String detail,
      Map<String, String> facts) {
    public Entry {
      facts = Map.copyOf(facts);
    }
  }

  /**
   * Writes a line; it is durable when this returns, as far as the journal is.
   *
   * @throws IOException if it cannot be written: the step must not be done
   */
  void append(Entry entry) throws IOException;

  /**
   * Whether whoever writes here may still act: a leader that was deposed must stop dead, and undo
   * nothing, since another may have taken the move up.
   */
  default boolean mayAct() {
    return true;
  }

  /** All lines, oldest first. */
  List<Entry> entries() throws IOException;
}
