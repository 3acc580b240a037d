package org.dmore.coordinator.demo;

import java.io.IOException;
import java.util.List;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationJournal;

/**
 * A journal whose writer is killed at a line, or whose disk is full from a line on, for trying what
 * comes after; it is itself what survives. Thread-safe.
 */
public final class FaultyJournal implements MigrationJournal {
  /** The leader's end: no handler of its own is to see it, as nothing runs after a kill. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("the leader was killed");
    }
  }

  /** What happens at the line. */
  public enum Fault {
    /** Killed, and the line was not written: what it tells of was done, or was about to be. */
    KILLED_BEFORE,
    /** Killed, and the line was written. */
    KILLED_AFTER,
    /** This line and all after it cannot be written, until the fault is lifted. */
    DISK_FULL
  }

  private static final int NEVER = Integer.MAX_VALUE;

  private final MemoryJournal lines = new MemoryJournal();
  private int left = NEVER;
  private Fault fault = Fault.KILLED_BEFORE;

  /** Has something happen at the n-th line from now, counted from 1. */
  public synchronized void failAt(int line, Fault what) {
    left = line;
    fault = what;
  }

  /** Has nothing happen any more; answers whether something did. */
  public synchronized boolean lift() {
    boolean happened = left <= 0;
    left = NEVER;
    return happened;
  }

  @Override
  public synchronized void append(Entry entry) throws IOException {
    if (left != NEVER) {
      left--;
    }
    if (left > 0) {
      lines.append(entry);
      return;
    }
    switch (fault) {
      case DISK_FULL -> throw new IOException("no space left on device");
      case KILLED_AFTER -> {
        lines.append(entry);
        throw new Killed();
      }
      case KILLED_BEFORE -> throw new Killed();
    }
  }

  @Override
  public List<Entry> entries() {
    return lines.entries();
  }
}
