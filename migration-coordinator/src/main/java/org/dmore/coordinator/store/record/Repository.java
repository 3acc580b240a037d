package org.dmore.coordinator.store.record;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;

/**
 * Records of one kind, each under its name. Thread-safe.
 *
 * @param <T> the kind
 */
public final class Repository<T> {
  /** How often an answer may be lost during one update. */
  private static final int LOST_ANSWERS = 3;

  private final StateStore store;
  private final Writer writer;
  private final String prefix;
  private final RecordFormat<T> format;
  private final Function<T, String> nameOf;

  /** Through which transactions go. */
  @FunctionalInterface
  private interface Writer {
    CommitResult commit(Transaction transaction) throws StoreException;
  }

  private Repository(
      StateStore store,
      Writer writer,
      String prefix,
      RecordFormat<T> format,
      Function<T, String> nameOf) {
    this.store = store;
    this.writer = writer;
    this.prefix = prefix;
    this.format = format;
    this.nameOf = nameOf;
  }

  static <T> Repository<T> of(
      StateStore store, String prefix, Class<T> type, Function<T, String> nameOf) {
    return new Repository<>(
        store, store::commit, Keys.checkPrefix(prefix), new RecordFormat<>(type), nameOf);
  }

  /** The same, whose writes are refused once a role is no longer held. */
  public Repository<T> under(Leadership leadership) {
    return new Repository<>(store, leadership::commit, prefix, format, nameOf);
  }

  /** The key of a record, for conditions and watches. */
  public String keyOf(String name) {
    return prefix + Keys.nameOf(name);
  }

  /** The record of a name. */
  public Optional<T> find(String name) throws StoreException {
    Optional<StoreEntry> entry = store.get(keyOf(name));
    return entry.isEmpty() ? Optional.empty() : Optional.of(format.read(entry.get()));
  }

  /** All records, of one moment, sorted by key. */
  public List<T> all() throws StoreException {
    List<T> records = new ArrayList<>();
    for (StoreEntry entry : store.list(prefix).entries()) {
      records.add(format.read(entry));
    }
    return records;
  }

  /**
   * Writes a new record.
   *
   * @return false if there is one of its name
   */
  public boolean create(T value) throws StoreException {
    String key = keyOf(nameOf.apply(value));
    return writer
        .commit(Transaction.builder().whenAbsent(key).put(key, format.write(value)).build())
        .isCommitted();
  }

  /**
   * Changes a record, from what it is at that moment.
   *
   * @param change makes the new record out of the old one; called again when somebody else was
   *     quicker. When an answer of the store was lost and somebody else wrote thereafter it is
   *     applied to a record that may have it already, so it should say what is, not by how much
   * @return the new record; empty if there is none of this name
   */
  public Optional<T> update(String name, UnaryOperator<T> change) throws StoreException {
    String key = keyOf(name);
    Set<String> unanswered = new HashSet<>();
    while (true) {
      Optional<StoreEntry> entry = store.get(key);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      T before = format.read(entry.get());
      if (unanswered.contains(entry.get().value())) {
        return Optional.of(before);
      }
      T after = change.apply(before);
      if (after.equals(before)) {
        return Optional.of(before);
      }
      if (!nameOf.apply(after).equals(nameOf.apply(before))) {
        throw new IllegalArgumentException("a change of key=" + key + " must not change the name");
      }
      String text = format.write(after, entry.get());
      Transaction transaction =
          Transaction.builder().whenUnchanged(entry.get()).put(key, text).build();
      try {
        if (writer.commit(transaction).isCommitted()) {
          return Optional.of(after);
        }
      } catch (OutcomeUnknownException e) {
        unanswered.add(text);
        if (unanswered.size() > LOST_ANSWERS) {
          throw e;
        }
        checkReachable(key, e);
      }
    }
  }

  /**
   * Deletes a record.
   *
   * @return false if there was none
   */
  public boolean delete(String name) throws StoreException {
    String key = keyOf(name);
    while (true) {
      Optional<StoreEntry> entry = store.get(key);
      if (entry.isEmpty()) {
        return false;
      }
      Transaction transaction =
          Transaction.builder().whenUnchanged(entry.get()).delete(key).build();
      if (writer.commit(transaction).isCommitted()) {
        return true;
      }
    }
  }

  /** If the store is away altogether, what is known is that nothing is known. */
  private void checkReachable(String key, OutcomeUnknownException unknown) throws StoreException {
    try {
      store.get(key);
    } catch (StoreUnavailableException e) {
      unknown.addSuppressed(e);
      throw unknown;
    }
  }
}
