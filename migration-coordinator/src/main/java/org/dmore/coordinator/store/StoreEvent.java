package org.dmore.coordinator.store;

/** One change, as a watch delivers it. */
public sealed interface StoreEvent {

  /** The key that changed. */
  String key();

  /** The revision that changed it. */
  long revision();

  /** A value was written. */
  record Written(StoreEntry entry) implements StoreEvent {
    @Override
    public String key() {
      return entry.key();
    }

    @Override
    public long revision() {
      return entry.modRevision();
    }
  }

  /** The key was deleted, or ended with its lease. */
  record Deleted(String key, long revision) implements StoreEvent {}
}
