package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.store.Change;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.Snapshot;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;

/**
 * A store as one process has it that can be killed: from then on it does nothing for that process,
 * whose threads end where they next come to it, and nobody keeps its leases alive. Thread-safe.
 */
final class MortalStore implements StateStore {
  private final StateStore store;
  private final List<Lease> leases = new CopyOnWriteArrayList<>();
  private final Map<String, Long> leaseOf = new ConcurrentHashMap<>();
  private final CountDownLatch death = new CountDownLatch(1);
  private volatile String fatal = "\0";
  private volatile boolean after;
  private volatile String lulling = "\0";
  private final AtomicInteger away = new AtomicInteger();

  MortalStore(StateStore store) {
    this.store = store;
  }

  /** The end of a process: no handler sees it, and no thread's end is told on standard error. */
  static final class Killed extends ThreadDeath {
    private static final long serialVersionUID = 1L;
  }

  /** Kills the process when it writes a value with a text in it, before or after it is there. */
  void killAt(String text, boolean afterwards) {
    after = afterwards;
    fatal = text;
  }

  /** Has the store not answer so many times, from when a value is written with a text in it. */
  void goAwayAt(String text, int times) {
    away.set(times);
    lulling = text;
  }

  void kill() {
    death.countDown();
    leases.forEach(Lease::close);
  }

  boolean isDead() {
    return death.getCount() == 0;
  }

  /** Has the time pass that the leases of a process last that was killed. */
  void endLeases() throws StoreException {
    for (Lease lease : leases) {
      lease.revoke();
    }
  }

  /** The lease that keeps the newest key alive that begins so. */
  long leaseOf(String prefix) {
    return leaseOf.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .max(Map.Entry.comparingByKey())
        .orElseThrow()
        .getValue();
  }

  @Override
  public Optional<StoreEntry> get(String key) throws StoreException {
    check();
    return store.get(key);
  }

  @Override
  public Snapshot list(String prefix) throws StoreException {
    check();
    return store.list(prefix);
  }

  @Override
  public CommitResult commit(Transaction transaction) throws StoreException {
    check();
    boolean fatalNow = false;
    for (Change change : transaction.changes()) {
      if (change instanceof Change.Put put) {
        if (put.value().contains(lulling)) {
          lulling = "";
        }
        fatalNow |= put.value().contains(fatal);
        put.lease().ifPresent(lease -> leaseOf.put(put.key(), lease));
      }
    }
    if (fatalNow && !after) {
      kill();
      check();
    }
    CommitResult result = store.commit(transaction);
    if (fatalNow) {
      kill();
      check();
    }
    return result;
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    if (isDead()) {
      throw new Killed();
    }
    return store.watch(prefix, fromRevision, listener);
  }

  @Override
  public Lease grantLease(Duration ttl, Runnable onLost) throws StoreException {
    check();
    Lease lease = store.grantLease(ttl, onLost);
    leases.add(lease);
    return new MortalLease(lease);
  }

  @Override
  public void close() {}

  /** Whether it was away as often as it was to be. */
  boolean isBack() {
    return lulling.isEmpty() && away.get() == 0;
  }

  private void check() throws StoreException {
    if (isDead()) {
      throw new Killed();
    }
    if (lulling.isEmpty() && away.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new StoreUnavailableException("away, as the test wants it", null);
    }
  }

  private final class MortalLease implements Lease {
    private final Lease lease;

    MortalLease(Lease lease) {
      this.lease = lease;
    }

    @Override
    public long id() {
      return lease.id();
    }

    @Override
    public Duration ttl() {
      return lease.ttl();
    }

    @Override
    public boolean isHeld() {
      if (isDead()) {
        throw new Killed();
      }
      return lease.isHeld();
    }

    @Override
    public Duration remaining() {
      return lease.remaining();
    }

    @Override
    public void revoke() throws StoreException {
      check();
      lease.revoke();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
