package org.dmore.coordinator.store;

import java.util.Optional;

/** What must hold of a key for a transaction to be carried out. */
public sealed interface Condition {

  /** The key that it speaks of. */
  String key();

  /** Whether it holds of what is under the key. */
  boolean holds(Optional<StoreEntry> entry);

  /** The key is not there. */
  record Absent(String key) implements Condition {
    /** Checks the key. */
    public Absent {
      Keys.check(key);
    }

    @Override
    public boolean holds(Optional<StoreEntry> entry) {
      return entry.isEmpty();
    }
  }

  /** The key is there. */
  record Exists(String key) implements Condition {
    /** Checks the key. */
    public Exists {
      Keys.check(key);
    }

    @Override
    public boolean holds(Optional<StoreEntry> entry) {
      return entry.isPresent();
    }
  }

  /** The key is there and has been written so often since it was made. */
  record VersionIs(String key, long version) implements Condition {
    /** Checks the key and the number. */
    public VersionIs {
      Keys.check(key);
      checkPositive("version", version);
    }

    @Override
    public boolean holds(Optional<StoreEntry> entry) {
      return entry.isPresent() && entry.get().version() == version;
    }
  }

  /** The key is there and was written last by this revision. */
  record ModRevisionIs(String key, long revision) implements Condition {
    /** Checks the key and the number. */
    public ModRevisionIs {
      Keys.check(key);
      checkPositive("revision", revision);
    }

    @Override
    public boolean holds(Optional<StoreEntry> entry) {
      return entry.isPresent() && entry.get().modRevision() == revision;
    }
  }

  /** The key is there and was made by this revision. */
  record CreateRevisionIs(String key, long revision) implements Condition {
    /** Checks the key and the number. */
    public CreateRevisionIs {
      Keys.check(key);
      checkPositive("revision", revision);
    }

    @Override
    public boolean holds(Optional<StoreEntry> entry) {
      return entry.isPresent() && entry.get().createRevision() == revision;
    }
  }

  private static void checkPositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be 1 or more");
    }
  }
}
