package org.dmore.coordinator.store.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.dmore.coordinator.store.BootClock;
import org.dmore.coordinator.store.Change;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Condition;
import org.dmore.coordinator.store.KeptLease;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.Snapshot;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state in one file, for the processes of one host. What is committed is on disk.
 *
 * <p>A lease belongs to a start of the machine and ends at a time of {@link BootClock}, which all
 * processes of the host read alike and nobody sets. Whoever reads or writes next ends it; while
 * somebody watches that is soon.
 */
public final class SqliteStateStore implements StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStateStore.class);

  private final SqliteSettings settings;
  private final LongSupplier clock;
  private final String boot;
  private final SqliteFile writer;
  private final SqliteFile reader;
  private final RevisionSignal signal = new RevisionSignal();
  private final Set<SqliteWatch> watches = ConcurrentHashMap.newKeySet();
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

  /** One thread for looking at the file, which may take long, one for the leases' time. */
  private final ScheduledExecutorService timer;

  private volatile boolean closed;

  /** What is done with the tables within a transaction. */
  @FunctionalInterface
  interface TableWork<T> {
    T run(SqliteTables tables) throws SQLException, StoreException;
  }

  private SqliteStateStore(
      SqliteSettings settings,
      SqliteFile writer,
      SqliteFile reader,
      LongSupplier clock,
      String boot) {
    this.settings = settings;
    this.writer = writer;
    this.reader = reader;
    this.clock = clock;
    this.boot = boot;
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            2,
            task -> {
              Thread thread = new Thread(task, "state-" + settings.file().getFileName());
              thread.setDaemon(true);
              return thread;
            });
    threads.setRemoveOnCancelPolicy(true);
    timer = threads;
  }

  /**
   * Opens the file, and makes it if it is not there.
   *
   * @throws StoreException if it is damaged, newer, or cannot be written
   */
  public static SqliteStateStore open(SqliteSettings settings) throws StoreException {
    BootClock clock = new BootClock();
    return open(settings, clock, clock.bootId());
  }

  static SqliteStateStore open(SqliteSettings settings, LongSupplier clock, String boot)
      throws StoreException {
    SqliteFile writer = SqliteFile.open(settings);
    SqliteFile reader;
    try {
      reader = SqliteFile.openAgain(settings);
    } catch (StoreException e) {
      writer.close();
      throw e;
    }
    SqliteStateStore store = new SqliteStateStore(settings, writer, reader, clock, boot);
    long look = settings.look().toMillis();
    var unused = store.timer.scheduleWithFixedDelay(store::look, look, look, TimeUnit.MILLISECONDS);
    return store;
  }

  @Override
  public Optional<StoreEntry> get(String key) throws StoreException {
    Keys.check(key);
    return read(tables -> tables.entry(key));
  }

  @Override
  public Snapshot list(String prefix) throws StoreException {
    Keys.checkPrefix(prefix);
    return read(tables -> new Snapshot(tables.currentRevision(), tables.entriesBelow(prefix)));
  }

  @Override
  public CommitResult commit(Transaction transaction) throws StoreException {
    return write(
        tables -> {
          TreeMap<String, StoreEntry> current = new TreeMap<>();
          boolean holds = true;
          for (Condition condition : transaction.conditions()) {
            Optional<StoreEntry> entry = tables.entry(condition.key());
            entry.ifPresent(e -> current.put(e.key(), e));
            holds &= condition.holds(entry);
          }
          if (!holds) {
            return new CommitResult.Conflict(
                tables.currentRevision(), new ArrayList<>(current.values()));
          }
          return new CommitResult.Committed(change(tables, transaction.changes()));
        });
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    Keys.checkPrefix(prefix);
    if (fromRevision < 1) {
      throw new IllegalArgumentException("fromRevision=" + fromRevision + " must be 1 or more");
    }
    checkOpen();
    SqliteWatch watch =
        new SqliteWatch(prefix, fromRevision, listener, this::read, signal, watches::remove);
    watches.add(watch);
    watch.start();
    if (closed) {
      watch.close();
    }
    return watch;
  }

  @Override
  public Lease grantLease(Duration ttl, Runnable onLost) throws StoreException {
    Duration whole = KeptLease.checkTtl(ttl);
    checkOpen();
    long sentAt = clock.getAsLong();
    long id =
        write(
            tables -> tables.makeLease(whole.toNanos(), boot, clock.getAsLong() + whole.toNanos()));
    KeptLease.Signal sign =
        new KeptLease.Signal() {
          @Override
          public boolean renew(Duration limit) throws StoreException {
            return write(tables -> tables.renewLease(id, clock.getAsLong()));
          }

          @Override
          public void revoke() throws StoreException {
            write(tables -> end(tables, id));
          }
        };
    KeptLease lease = KeptLease.keep(id, whole, sentAt, sign, onLost, clock, timer);
    leases.removeIf(old -> !old.isHeld());
    leases.add(lease);
    if (closed) {
      lease.close();
    }
    return lease;
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(SqliteWatch::close);
    leases.forEach(Lease::close);
    timer.shutdownNow();
    reader.close();
    writer.close();
  }

  @Override
  public String toString() {
    return "state=" + settings.file();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  /** Reads when the leases that have ended are gone. */
  private <T> T read(TableWork<T> work) throws StoreException {
    Optional<T> result = Optional.empty();
    while (result.isEmpty()) {
      result =
          reader.read(
              connection -> {
                SqliteTables tables = new SqliteTables(connection);
                return tables.endedLeases(boot, clock.getAsLong()).isEmpty()
                    ? Optional.of(work.run(tables))
                    : Optional.empty();
              });
      if (result.isEmpty()) {
        write(SqliteTables::currentRevision);
      }
    }
    return result.get();
  }

  /** Writes when the leases that have ended are gone, and wakes the watches. */
  private <T> T write(TableWork<T> work) throws StoreException {
    record Written<R>(R result, long revision) {}
    Written<T> written =
        writer.write(
            connection -> {
              SqliteTables tables = new SqliteTables(connection);
              for (long ended : tables.endedLeases(boot, clock.getAsLong())) {
                end(tables, ended);
              }
              T result = work.run(tables);
              return new Written<>(result, tables.currentRevision());
            });
    signal.reached(written.revision());
    return written.result();
  }

  /** Ends a lease, if it is there, with its entries. */
  private boolean end(SqliteTables tables, long lease) throws SQLException {
    List<StoreEntry> entries = tables.entriesOf(lease);
    if (!entries.isEmpty()) {
      long revision = tables.currentRevision() + 1;
      for (StoreEntry entry : entries) {
        tables.delete(entry.key(), revision);
      }
      finish(tables, revision);
    }
    tables.deleteLease(lease);
    return true;
  }

  /** Makes changes; the revision that is current then. */
  private long change(SqliteTables tables, List<Change> changes)
      throws SQLException, StoreException {
    long revision = tables.currentRevision() + 1;
    boolean changed = false;
    for (Change change : changes) {
      if (change instanceof Change.Put put) {
        put(tables, put, revision);
        changed = true;
      } else if (change instanceof Change.Delete delete) {
        if (tables.entry(delete.key()).isPresent()) {
          tables.delete(delete.key(), revision);
          changed = true;
        }
      } else {
        for (StoreEntry entry : tables.entriesBelow(((Change.DeletePrefix) change).prefix())) {
          tables.delete(entry.key(), revision);
          changed = true;
        }
      }
    }
    if (!changed) {
      return revision - 1;
    }
    finish(tables, revision);
    return revision;
  }

  private void put(SqliteTables tables, Change.Put put, long revision)
      throws SQLException, StoreException {
    OptionalLong lease = put.lease();
    if (lease.isPresent() && !tables.hasLease(lease.getAsLong())) {
      throw new StoreRefusedException(
          "%s has no lease=%s any more, and key=%s was not written"
              .formatted(this, Long.toHexString(lease.getAsLong()), put.key()));
    }
    Optional<StoreEntry> before = tables.entry(put.key());
    tables.write(
        new StoreEntry(
            put.key(),
            put.value(),
            before.map(StoreEntry::createRevision).orElse(revision),
            revision,
            before.map(StoreEntry::version).orElse(0L) + 1,
            lease));
  }

  private void finish(SqliteTables tables, long revision) throws SQLException {
    tables.setCurrentRevision(revision);
    tables.trimHistory(settings.historyRevisions(), settings.historyBytes());
  }

  /** Looks for what other processes have written, if anybody wants to know. */
  private void look() {
    if (watches.isEmpty()) {
      return;
    }
    try {
      signal.reached(read(SqliteTables::currentRevision));
    } catch (StoreException | RuntimeException e) { // a timer's task must not throw, or it ends
      if (!closed) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }
}
