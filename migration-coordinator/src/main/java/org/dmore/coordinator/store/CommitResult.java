package org.dmore.coordinator.store;

import java.util.List;
import java.util.Optional;

/** What became of a transaction. */
public sealed interface CommitResult {

  /** Whether it was carried out. */
  default boolean isCommitted() {
    return this instanceof Committed;
  }

  /**
   * It was carried out.
   *
   * @param revision its revision; if it changed nothing, the store's
   */
  record Committed(long revision) implements CommitResult {}

  /**
   * A condition did not hold, and nothing was done.
   *
   * @param revision the store's revision when that was found
   * @param current what was then under the keys of the conditions, sorted by key; keys that were
   *     not there are left out
   */
  record Conflict(long revision, List<StoreEntry> current) implements CommitResult {
    /** Keeps its own list. */
    public Conflict {
      current = List.copyOf(current);
    }

    /** What was under a condition's key. */
    public Optional<StoreEntry> entry(String key) {
      return current.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }
  }
}
