package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

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
    UNDONE
  }

  /**
   * A line of the journal.
   *
   * @param time when it was written
   * @param migration the move's number
   * @param pair the pair that moves
   * @param from the source host
   * @param to the destination host
   * @param step which step
   * @param mark what of it
   * @param detail more, for people; may be empty
   */
  record Entry(
      Instant time,
      long migration,
      String pair,
      String from,
      String to,
      MigrationStep step,
      Mark mark,
      String detail) {}

  /**
   * Writes a line; it is durable when this returns, as far as the journal is.
   *
   * @throws IOException if it cannot be written: the step must not be done
   */
  void append(Entry entry) throws IOException;

  /** All lines, oldest first. */
  List<Entry> entries() throws IOException;
}
