package org.dmore.coordinator.pair;

import java.util.ArrayList;
import java.util.List;

/** A journal that ends with the process, for hosts that do so too. It keeps the last lines. */
public final class MemoryJournal implements MigrationJournal {
  private static final int KEPT = 10_000;

  private final List<Entry> entries = new ArrayList<>();

  @Override
  public synchronized void append(Entry entry) {
    if (entries.size() == KEPT) {
      entries.subList(0, KEPT / 2).clear();
    }
    entries.add(entry);
  }

  @Override
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
