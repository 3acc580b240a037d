package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;

/**
 * The journal of one migration in the state store, a key for each entry, where the hosts that may
 * have to take the migration up can read it. Only who leads the migration can write: an entry by a
 * leader that has been deposed is refused by the store, and the step that it was to begin is not
 * done.
 */
public final class StoreJournal implements MigrationJournal {
  private static final String JOURNALS = "/dmore/journals/";
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final StateStore store;
  private final Leadership leadership;
  private final String prefix;
  private final Duration patience;
  private final JournalLine lines = new JournalLine();

  /** Lines for the next number that were sent, and may or may not be there. */
  private final Set<String> unanswered = new HashSet<>();

  private int next;

  private StoreJournal(
      StateStore store, Leadership leadership, String prefix, Duration patience, int next) {
    this.store = store;
    this.leadership = leadership;
    this.prefix = prefix;
    this.patience = patience;
    this.next = next;
  }

  /**
   * Opens the journal of a migration, or begins one.
   *
   * @param leadership the right to lead the migration
   * @param migration the migration's id
   * @param patience how long an entry may wait for a store that does not answer
   */
  public static StoreJournal open(
      StateStore store, Leadership leadership, String migration, Duration patience)
      throws StoreException {
    String prefix = prefixOf(migration);
    int count = store.list(prefix).entries().size();
    return new StoreJournal(store, leadership, prefix, patience, count);
  }

  /** All entries of a migration, oldest first, for whoever wants to know. */
  public static List<Entry> read(StateStore store, String migration) throws IOException {
    return read(store, new JournalLine(), prefixOf(migration));
  }

  /** Where the entries of a migration are; apart from its record, so that records list quickly. */
  public static String prefixOf(String migration) {
    return JOURNALS + Keys.nameOf(migration) + "/";
  }

  /**
   * {@inheritDoc}
   *
   * @throws DeposedException if another may lead the migration by now
   * @throws StoreException if the store has not answered in time; as any failure, it means that the
   *     step must not be done, even though the entry may be there
   */
  @Override
  public synchronized void append(Entry entry) throws IOException {
    String line = lines.write(entry);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        if (write(line)) {
          return;
        }
      } catch (OutcomeUnknownException e) {
        unanswered.add(line);
        pauseOrThrow(e, deadline);
      } catch (StoreUnavailableException e) {
        pauseOrThrow(e, deadline);
      }
    }
  }

  @Override
  public boolean mayAct() {
    return leadership.isHeld();
  }

  @Override
  public List<Entry> entries() throws IOException {
    return read(store, lines, prefix);
  }

  private static List<Entry> read(StateStore store, JournalLine lines, String prefix)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (StoreEntry entry : store.list(prefix).entries()) {
      entries.add(lines.read(entry.key(), entry.value()));
    }
    return entries;
  }

  /** Writes a line under the next number; false if another of this leader's lines was there. */
  private boolean write(String line) throws StoreException {
    String key = prefix + "%06d".formatted(next);
    CommitResult result =
        leadership.commit(Transaction.builder().whenAbsent(key).put(key, line).build());
    if (result instanceof CommitResult.Conflict conflict) {
      String there = conflict.entry(key).map(StoreEntry::value).orElse("");
      if (!unanswered.contains(there)) {
        throw new StoreRefusedException(
            "key=" + key + " was written by another, who does not lead: " + there);
      }
      advance();
      return there.equals(line);
    }
    advance();
    return true;
  }

  private void advance() {
    next++;
    unanswered.clear();
  }

  private static void pauseOrThrow(StoreException e, long deadline) throws StoreException {
    if (System.nanoTime() > deadline) {
      throw e;
    }
    LockSupport.parkNanos(PAUSE.toNanos()); // returns early for an interrupt, which stays
  }
}
