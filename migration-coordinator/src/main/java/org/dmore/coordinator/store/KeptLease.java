package org.dmore.coordinator.store;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a lease alive and reckons how long it is held, the same for every store.
 *
 * <p>A sign of life is given every quarter of the lease's time, by a thread of its own, since it
 * may hang. When the time is over is watched apart from that, by the store's timer. Once the lease
 * was not held for a moment it is lost for good, even if a late answer says that it lives: whoever
 * looked in that moment has stopped.
 */
public final class KeptLease implements Lease {
  private static final Logger LOG = LoggerFactory.getLogger(KeptLease.class);

  /** What a lease's time is divided by to get the pause between two signs of life. */
  private static final int SIGNS = 4;

  /** What a lease's time is divided by to get the margin before its end. */
  private static final int MARGIN = 5;

  /** Between two attempts when the store does not answer. */
  private static final Duration RETRY = Duration.ofMillis(200);

  /** How a store is told of a lease. */
  public interface Signal {
    /**
     * Gives a sign of life.
     *
     * @param limit how long it may take
     * @return whether the lease was still there; it then has its whole time again
     * @throws StoreException if the store does not answer
     */
    boolean renew(Duration limit) throws StoreException;

    /** Ends the lease, if it is still there. */
    void revoke() throws StoreException;
  }

  private enum State {
    HELD,
    CLOSED,
    LOST
  }

  private final long id;
  private final Duration ttl;
  private final Signal signal;
  private final Runnable onLost;
  private final LongSupplier nanos;
  private final Thread keeper;

  private final Object lock = new Object();
  private State state = State.HELD;
  private long sentAt;

  private KeptLease(
      long id, Duration ttl, long sentAt, Signal signal, Runnable onLost, LongSupplier nanos) {
    this.id = id;
    this.ttl = ttl;
    this.sentAt = sentAt;
    this.signal = signal;
    this.onLost = onLost;
    this.nanos = nanos;
    this.keeper = new Thread(this::keep, "lease-" + Long.toHexString(id));
    keeper.setDaemon(true);
  }

  /**
   * Begins to keep a lease alive.
   *
   * @param sentAt what the clock said before the lease was asked for
   * @param nanos a clock that nobody sets, in nanoseconds
   * @param timer for short tasks; its owner shuts it down after the leases are closed
   */
  public static KeptLease keep(
      long id,
      Duration ttl,
      long sentAt,
      Signal signal,
      Runnable onLost,
      LongSupplier nanos,
      ScheduledExecutorService timer) {
    KeptLease lease = new KeptLease(id, ttl, sentAt, signal, onLost, nanos);
    lease.look(timer);
    lease.keeper.start();
    return lease;
  }

  /**
   * A lease's time in the store's unit.
   *
   * @throws IllegalArgumentException if it is outside the bounds
   */
  public static Duration checkTtl(Duration ttl) {
    if (ttl.compareTo(StateStore.MIN_TTL) < 0 || ttl.compareTo(StateStore.MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "ttl=%s must be from %s to %s".formatted(ttl, StateStore.MIN_TTL, StateStore.MAX_TTL));
    }
    return Duration.ofSeconds(ttl.plusNanos(999_999_999).toSeconds());
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Duration ttl() {
    return ttl;
  }

  @Override
  public boolean isHeld() {
    return !remaining().isZero();
  }

  @Override
  public Duration remaining() {
    boolean over = false;
    Duration left = Duration.ZERO;
    synchronized (lock) {
      if (state == State.HELD) {
        left = left();
        over = left.isZero();
      }
    }
    if (over) {
      lose("no sign of life has reached the store in time");
    }
    return left;
  }

  @Override
  public void revoke() throws StoreException {
    close();
    signal.revoke();
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (state == State.HELD) {
        state = State.CLOSED;
      }
      lock.notifyAll();
    }
  }

  @Override
  public String toString() {
    return "lease=" + Long.toHexString(id);
  }

  private Duration left() {
    long end = sentAt + ttl.toNanos() - ttl.dividedBy(MARGIN).toNanos();
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }

  /** Looks whether the time is over, and again when it may be. */
  private void look(ScheduledExecutorService timer) {
    Duration left;
    try {
      left = remaining();
    } catch (RuntimeException e) {
      lose("the clock cannot be read: " + e.getMessage());
      return;
    }
    if (!left.isZero()) {
      var unused = timer.schedule(() -> look(timer), left.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  private void keep() {
    Duration interval = ttl.dividedBy(SIGNS);
    try {
      boolean answered = true;
      while (pause(answered ? interval : RETRY)) {
        answered = renew(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lose("its thread was interrupted");
    } catch (RuntimeException e) {
      lose("it cannot be kept alive: " + e); // after the store was closed this says nothing
    }
  }

  /** Waits, unless the lease is no longer held. */
  private boolean pause(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    synchronized (lock) {
      long left = time.toNanos();
      while (state == State.HELD && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = deadline - System.nanoTime();
      }
      return state == State.HELD;
    }
  }

  /** Gives a sign of life; whether it reached the store. */
  private boolean renew(Duration limit) {
    long sent = nanos.getAsLong();
    try {
      if (!signal.renew(limit)) {
        lose("the store has it no more");
        return true;
      }
    } catch (StoreException e) {
      LOG.warn("{} remainingMillis={}: {}", this, remaining().toMillis(), e.getMessage());
      return false;
    }
    if (isHeld()) {
      synchronized (lock) {
        sentAt = sent;
      }
    }
    return true;
  }

  private void lose(String why) {
    synchronized (lock) {
      if (state != State.HELD) {
        return;
      }
      state = State.LOST;
      lock.notifyAll();
    }
    LOG.warn("{} is lost: {}", this, why);
    // Not on the caller's thread: it may be the timer's, or that of somebody who only asked.
    Thread caller = new Thread(onLost, "lost-lease-" + Long.toHexString(id));
    caller.setDaemon(true);
    caller.start();
  }
}
