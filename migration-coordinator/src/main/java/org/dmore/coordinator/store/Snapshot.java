package org.dmore.coordinator.store;

import java.util.List;

/**
 * Entries as they were at one revision.
 *
 * @param revision the store's revision when they were read
 * @param entries the entries, sorted by key
 */
public record Snapshot(long revision, List<StoreEntry> entries) {
  /** Keeps its own list. */
  public Snapshot {
    entries = List.copyOf(entries);
  }
}
