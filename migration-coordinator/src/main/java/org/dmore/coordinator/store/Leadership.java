package org.dmore.coordinator.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named role that one holder at a time has, such as leading one move: a key under {@link #ROLES}
 * that is bound to the holder's lease.
 *
 * <p>Two things keep two leaders apart. The holder asks {@link #isHeld} before it acts, and its
 * lease is over for itself before it is for others ({@link Lease}). And what it writes goes through
 * {@link #commit}, so that the store refuses whatever arrives after another has the role, however
 * long it was under way.
 *
 * <p>Thread-safe.
 */
public final class Leadership implements AutoCloseable {
  /** Where the roles are. */
  public static final String ROLES = "/dmore/leaders/";

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final StateStore store;
  private final String role;
  private final Lease lease;
  private final Fence fence;
  private final Callers callers;

  /** Who is told, and interrupted, when the role is lost. */
  private static final class Callers {
    private final Runnable onLost;
    private final List<Thread> working = new ArrayList<>();
    private final Set<Thread> interrupted = new HashSet<>();

    private Callers(Runnable onLost) {
      this.onLost = onLost;
    }

    private synchronized void begin(Thread thread) {
      working.add(thread);
    }

    /** Whether the thread was interrupted from here. */
    private synchronized boolean end(Thread thread) {
      working.remove(thread);
      return interrupted.remove(thread);
    }

    private void lost() {
      synchronized (this) {
        working.forEach(Thread::interrupt);
        interrupted.addAll(working);
      }
      onLost.run();
    }
  }

  private Leadership(StateStore store, String role, Lease lease, Fence fence, Callers callers) {
    this.store = store;
    this.role = role;
    this.lease = lease;
    this.fence = fence;
    this.callers = callers;
  }

  /**
   * Takes a role if nobody has it.
   *
   * @param role names with slashes between, such as {@code migration/ID}
   * @param holder who takes it, for people and for {@link #holder}
   * @param ttl how long others wait for a holder that has died; see {@link StateStore#grantLease}
   * @param onLost called at most once, on a thread of its own, when the role is lost; not by {@link
   *     #close}
   * @return empty if somebody has it
   * @throws StoreException if the store does not answer; the role is then not held
   */
  public static Optional<Leadership> tryToLead(
      StateStore store, String role, String holder, Duration ttl, Runnable onLost)
      throws StoreException {
    String key = Keys.check(ROLES + role);
    if (store.get(key).isPresent()) {
      return Optional.empty(); // without a lease to make and to end
    }
    Callers callers = new Callers(onLost);
    Lease lease = store.grantLease(ttl, callers::lost);
    CommitResult result;
    try {
      result = store.commit(Transaction.builder().whenAbsent(key).put(key, holder, lease).build());
    } catch (StoreException e) {
      // Also where it may have been done: the key goes with the lease, or cannot come without it.
      release(lease, role);
      throw e;
    }
    if (result instanceof CommitResult.Committed committed) {
      Fence fence = new Fence(key, committed.revision());
      return Optional.of(new Leadership(store, role, lease, fence, callers));
    }
    release(lease, role);
    return Optional.empty();
  }

  /**
   * Takes a role, and waits for it while somebody else has it. Parameters as in {@link #tryToLead}.
   *
   * @param patience how long to wait
   * @throws TimeoutException if somebody still has it then
   */
  public static Leadership lead(
      StateStore store,
      String role,
      String holder,
      Duration ttl,
      Runnable onLost,
      Duration patience)
      throws StoreException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    String key = Keys.check(ROLES + role);
    String folder = key.substring(0, key.lastIndexOf('/') + 1);
    while (true) {
      Optional<Leadership> taken = tryToLead(store, role, holder, ttl, onLost);
      if (taken.isPresent()) {
        return taken.get();
      }
      Snapshot snapshot = store.list(folder);
      Optional<StoreEntry> entry =
          snapshot.entries().stream().filter(e -> e.key().equals(key)).findFirst();
      if (entry.isEmpty()) {
        continue;
      }
      CountDownLatch gone = new CountDownLatch(1);
      Watch watch = store.watch(folder, snapshot.revision() + 1, new Departure(key, gone));
      try {
        if (!gone.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new TimeoutException(
              "role=%s has been held by %s for all of millis=%d"
                  .formatted(role, entry.get().value(), patience.toMillis()));
        }
      } finally {
        watch.close();
      }
    }
  }

  /** Who has a role. */
  public static Optional<String> holder(StateStore store, String role) throws StoreException {
    return store.get(ROLES + role).map(StoreEntry::value);
  }

  /** The role. */
  public String role() {
    return role;
  }

  /** Whether the role is surely held at this moment. Once false, always false. */
  public boolean isHeld() {
    return lease.isHeld();
  }

  /** For how long it is surely held if no further sign of life succeeds. */
  public Duration remaining() {
    return lease.remaining();
  }

  /** What a transaction of this holder's must have among its conditions. */
  public Fence fence() {
    return fence;
  }

  /** Binds entries to this holder's time: they go when it does. */
  public Lease lease() {
    return lease;
  }

  /**
   * Throws if the role is not held any more: to be called before what cannot be fenced.
   *
   * @throws DeposedException if it is not
   */
  public void check() throws DeposedException {
    if (!isHeld()) {
      throw new DeposedException("role=" + role + " is no longer held: nothing was done");
    }
  }

  /**
   * Carries a transaction out as {@link StateStore#commit} does, if the role is held.
   *
   * @throws DeposedException if it is not, or somebody else has it
   */
  public CommitResult commit(Transaction transaction) throws StoreException {
    check();
    CommitResult result = store.commit(transaction.and(fence.condition()));
    if (result instanceof CommitResult.Conflict conflict) {
      Optional<StoreEntry> leader = conflict.entry(fence.key());
      if (!fence.condition().holds(leader)) {
        throw new DeposedException(
            "role=%s is no longer held, %s: nothing was done"
                .formatted(
                    role,
                    leader.map(e -> "holder=" + e.value() + " has it").orElse("nobody has it")));
      }
    }
    return result;
  }

  /**
   * Does something while the role is held; its thread is interrupted when the role is lost.
   *
   * @return what the action returns
   * @throws DeposedException if the role was lost before the action ended, however it ended
   * @throws Exception what the action throws
   */
  public <T> T whileHeld(Callable<T> action) throws Exception {
    Thread thread = Thread.currentThread();
    callers.begin(thread);
    try {
      check();
      T result = action.call();
      if (!isHeld()) {
        throw new DeposedException("role=" + role + " was lost meanwhile");
      }
      return result;
    } catch (DeposedException e) {
      throw e;
    } catch (Exception e) {
      if (isHeld()) {
        throw e;
      }
      DeposedException deposed =
          new DeposedException("role=" + role + " was lost meanwhile: " + e.getMessage());
      deposed.addSuppressed(e);
      throw deposed;
    } finally {
      if (callers.end(thread)) {
        Thread.interrupted(); // what it was to say is said by the exception
      }
    }
  }

  /** Gives the role up at once; if the store cannot be told, it ends with the lease's time. */
  @Override
  public void close() {
    release(lease, role);
  }

  @Override
  public String toString() {
    return "role=" + role;
  }

  private static void release(Lease lease, String role) {
    try {
      lease.revoke();
    } catch (StoreException e) {
      LOG.warn("role={} ends only with its lease: {}", role, e.getMessage());
    }
  }

  /** Waits for a key to go. */
  private record Departure(String key, CountDownLatch gone) implements WatchListener {
    @Override
    public void changed(long revision, List<StoreEvent> events) {
      if (events.stream().anyMatch(e -> e instanceof StoreEvent.Deleted && e.key().equals(key))) {
        gone.countDown();
      }
    }

    @Override
    public void lost(String why) {
      gone.countDown(); // looks again
    }
  }
}
