package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.dmore.coordinator.control.ControlException.Reason;

/**
 * Keeps what is done with one pair of this host apart: a console takes one command at a time, and a
 * move must not begin between a look and what follows from it. Thread-safe.
 */
final class PairLocks {
  private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Something that is done with a pair. */
  @FunctionalInterface
  interface Work<T> {
    T carryOut() throws IOException;
  }

  /**
   * Does something with a pair while nobody else does.
   *
   * @return what that returns
   * @throws ControlException if the pair is not free within the time
   */
  <T> T holding(String pair, Duration patience, Work<T> work) throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(pair, name -> new ReentrantLock());
    if (!tryLock(lock, patience)) {
      throw new ControlException(
          Reason.UNAVAILABLE,
          "pair=%s was busy for all of millis=%d: try again".formatted(pair, patience.toMillis()));
    }
    try {
      return work.carryOut();
    } finally {
      lock.unlock();
    }
  }

  private static boolean tryLock(ReentrantLock lock, Duration patience) {
    try {
      return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
