package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes everything that executes in a domain stand still, and go on.
 *
 * <p>Each thing that executes is a {@link Loop} that comes by its {@link Loop#checkpoint} when it
 * is asked to. They are stopped in the order of {@link Order}: whoever hands work to another and
 * waits for it is stopped before that other.
 */
final class Standstill {
  private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

  /** How often a foreign executor is asked whether it was shut down meanwhile. */
  private static final long RECHECK_NANOS = 20_000_000;

  enum Order {
    WATCH_THREADS,
    ATTACHED,
    CPUS
  }

  private final String domain;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Loop> loops = new ArrayList<>();
  private volatile boolean frozen = true;
  private volatile boolean ended;

  /** Frozen at first, as a new domain is. */
  Standstill(String domain) {
    this.domain = domain;
  }

  /** One thread, or what executes on one at a time. */
  final class Loop {
    private final String name;
    private final Order order;
    private final Executor foreign;
    private final Runnable wake;
    private Thread thread;
    private boolean asked;
    private boolean standing;

    private Loop(String name, Order order, Executor foreign, Runnable wake) {
      this.name = name;
      this.order = order;
      this.foreign = foreign;
      this.wake = wake;
    }

    /** Stands still here while the domain is frozen. Called on the loop's own thread. */
    void checkpoint() {
      if (!frozen && foreign == null) {
        return;
      }
      lock.lock();
      try {
        asked = false;
        thread = Thread.currentThread();
        standing = true;
        changed.signalAll();
        while (frozen) {
          changed.awaitUninterruptibly();
        }
      } finally {
        standing = false;
        lock.unlock();
      }
    }

    /** Takes it out: it does not execute in the domain any more. */
    void leave() {
      lock.lock();
      try {
        loops.remove(this);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private boolean mustBeAwaited() {
      boolean gone = foreign instanceof ExecutorService service && service.isTerminated();
      return !standing && !gone;
    }
  }

  /** Adds a loop that comes by its checkpoint after {@code wake} was called. */
  Loop add(String name, Order order, Runnable wake) {
    Loop loop = new Loop(name, order, null, wake);
    join(loop);
    return loop;
  }

  /** Adds a single-threaded executor, which is stopped by a task that blocks. */
  Loop add(String name, Executor executor) {
    Loop[] self = new Loop[1];
    Loop loop =
        new Loop(
            name, Order.ATTACHED, executor, () -> executor.execute(() -> self[0].checkpoint()));
    self[0] = loop;
    join(loop);
    return loop;
  }

  private void join(Loop loop) {
    lock.lock();
    try {
      loops.add(loop);
      loop.asked = frozen;
    } finally {
      lock.unlock();
    }
    if (loop.asked) {
      wake(loop);
    }
  }

  boolean isFrozen() {
    return frozen;
  }

  /** Whether the domain is gone for good. */
  boolean hasEnded() {
    return ended;
  }

  /**
   * Stops everything; returns when all stands still.
   *
   * @throws IllegalStateException if something does not: it is named, and nothing is frozen
   */
  void freeze(Duration limit) {
    lock.lock();
    try {
      for (Loop loop : loops) {
        if (loop.thread == Thread.currentThread()) {
          throw new IllegalStateException(
              "domain=" + domain + " cannot be stopped from within its own loop=" + loop.name);
        }
      }
      frozen = true;
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + limit.toNanos();
    for (Order order : Order.values()) {
      stop(order, deadline, limit);
    }
  }

  private void stop(Order order, long deadline, Duration limit) {
    for (Loop loop : ask(order)) {
      wake(loop);
    }
    boolean interrupted = false;
    lock.lock();
    try {
      while (true) {
        List<String> moving =
            loops.stream()
                .filter(loop -> loop.order == order && loop.mustBeAwaited())
                .map(loop -> loop.name)
                .toList();
        if (moving.isEmpty()) {
          return;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          frozen = false;
          changed.signalAll();
          throw new IllegalStateException(
              "domain="
                  + domain
                  + " does not stand still: loops="
                  + moving
                  + " did not park in "
                  + limit.toMillis()
                  + " ms; find what blocks them");
        }
        interrupted |= !awaitChange(Math.min(left, RECHECK_NANOS));
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        // Stopping is bounded and must not end half-way: the caller sees the interrupt afterwards.
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns false if it was interrupted. */
  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private boolean awaitChange(long nanos) {
    try {
      changed.awaitNanos(nanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private List<Loop> ask(Order order) {
    lock.lock();
    try {
      List<Loop> toAsk =
          loops.stream()
              .filter(loop -> loop.order == order && !loop.standing)
              .filter(loop -> loop.foreign == null || !loop.asked)
              .toList();
      toAsk.forEach(loop -> loop.asked = true);
      return toAsk;
    } finally {
      lock.unlock();
    }
  }

  private void wake(Loop loop) {
    try {
      loop.wake.run();
    } catch (RejectedExecutionException e) {
      LOG.info("domain={} loop={} was shut down and is left out", domain, loop.name);
      loop.leave();
    }
  }

  /** Lets everything go on. */
  void thaw() {
    lock.lock();
    try {
      frozen = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets everything go on in a domain that is gone: its own threads end. */
  void end() {
    ended = true;
    thaw();
    List<Loop> all;
    lock.lock();
    try {
      all = List.copyOf(loops);
    } finally {
      lock.unlock();
    }
    for (Loop loop : all) {
      if (loop.foreign == null) {
        loop.wake.run();
      }
    }
  }

  /** Waits while frozen; for threads that are not loops. */
  void awaitThaw() throws InterruptedException {
    if (!frozen) {
      return;
    }
    lock.lockInterruptibly();
    try {
      while (frozen) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
