package org.dmore.coordinator.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Changes that are made together, in one revision, if all conditions hold.
 *
 * @param conditions what must hold; none: always
 * @param changes what is done; each key by one change alone
 */
public record Transaction(List<Condition> conditions, List<Change> changes) {
  /** How many conditions and how many changes there may be: etcd's own bound. */
  public static final int MAX_PARTS = 128;

  /** How long all values may be together, in bytes: below etcd's bound for a request. */
  public static final int MAX_BYTES = 1 << 20;

  /**
   * Checks that the changes do not contradict one another, and the bounds.
   *
   * @throws IllegalArgumentException if they do, or a bound is passed
   */
  public Transaction {
    conditions = List.copyOf(conditions);
    changes = List.copyOf(changes);
    if (conditions.size() > MAX_PARTS || changes.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "a transaction has conditions=%d and changes=%d, at most %d each"
              .formatted(conditions.size(), changes.size(), MAX_PARTS));
    }
    checkChanges(changes);
  }

  /** Collects a transaction's parts. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same with more conditions. */
  public Transaction and(Condition... more) {
    List<Condition> all = new ArrayList<>(conditions);
    all.addAll(Arrays.asList(more));
    return new Transaction(all, changes);
  }

  private static void checkChanges(List<Change> changes) {
    Set<String> keys = new HashSet<>();
    Set<String> prefixes = new HashSet<>();
    int bytes = 0;
    for (Change change : changes) {
      String path;
      if (change instanceof Change.Put put) {
        bytes += Values.check(put.key(), put.value());
        path = put.key();
      } else if (change instanceof Change.Delete delete) {
        path = delete.key();
      } else {
        path = ((Change.DeletePrefix) change).prefix();
        prefixes.add(path);
      }
      if (!keys.add(path)) {
        throw new IllegalArgumentException("a transaction changes key=" + path + " twice");
      }
    }
    for (String prefix : prefixes) {
      for (String key : keys) {
        if (key.startsWith(prefix) && !key.equals(prefix)) {
          throw new IllegalArgumentException(
              "a transaction changes key=%s twice, once by deleting prefix=%s"
                  .formatted(key, prefix));
        }
      }
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a transaction's values have bytes=%d, at most %d".formatted(bytes, MAX_BYTES));
    }
  }

  /** Collects a transaction's parts. Not thread-safe. */
  public static final class Builder {
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    private Builder() {}

    /** Adds a condition. */
    public Builder when(Condition condition) {
      conditions.add(condition);
      return this;
    }

    /** The key must not be there. */
    public Builder whenAbsent(String key) {
      return when(new Condition.Absent(key));
    }

    /** The entry must be as it was read. */
    public Builder whenUnchanged(StoreEntry entry) {
      return when(new Condition.ModRevisionIs(entry.key(), entry.modRevision()));
    }

    /** Writes a value that stays. */
    public Builder put(String key, String value) {
      changes.add(new Change.Put(key, value, OptionalLong.empty()));
      return this;
    }

    /** Writes a value that ends with a lease. */
    public Builder put(String key, String value, Lease lease) {
      changes.add(new Change.Put(key, value, OptionalLong.of(lease.id())));
      return this;
    }

    /** Deletes a key, if it is there. */
    public Builder delete(String key) {
      changes.add(new Change.Delete(key));
      return this;
    }

    /** Deletes all keys below a prefix. */
    public Builder deletePrefix(String prefix) {
      changes.add(new Change.DeletePrefix(prefix));
      return this;
    }

    /** The transaction. */
    public Transaction build() {
      return new Transaction(conditions, changes);
    }
  }
}
