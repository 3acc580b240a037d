package org.dmore.coordinator.pair;

import java.io.IOException;

/** Numbers for the moves of one pair, in one process: they go on from the journal's last. */
final class MoveNumbers {
  private final Pair pair;
  private final MigrationJournal journal;
  private long last = -1;

  MoveNumbers(Pair pair, MigrationJournal journal) {
    this.pair = pair;
    this.journal = journal;
  }

  synchronized String next() throws IOException {
    if (last < 0) {
      long greatest = 0;
      for (MigrationJournal.Entry entry : journal.entries()) {
        if (entry.pair().equals(pair.toString())) {
          greatest = Math.max(greatest, number(entry.migration()));
        }
      }
      last = greatest;
    }
    last++;
    return Long.toString(last);
  }

  private static long number(String id) throws IOException {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new IOException("migration=" + id + " in the journal is not a number", e);
    }
  }
}
