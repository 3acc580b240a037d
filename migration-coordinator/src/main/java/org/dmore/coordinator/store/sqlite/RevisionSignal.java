package org.dmore.coordinator.store.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The newest revision that this process knows of, to wait for. Thread-safe. */
final class RevisionSignal {
  private long revision;

  /** Says that a revision is there. */
  synchronized void reached(long newest) {
    if (newest > revision) {
      revision = newest;
      notifyAll();
    }
  }

  /** Makes all who wait look whether they are to end. */
  synchronized void wake() {
    notifyAll();
  }

  /** Waits for a revision, or the end. */
  synchronized void await(long wanted, BooleanSupplier ended) throws InterruptedException {
    while (revision < wanted && !ended.getAsBoolean()) {
      wait();
    }
  }

  /** Waits for the end, or until some time has passed. */
  synchronized void pause(long millis, BooleanSupplier ended) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = deadline - System.nanoTime();
    while (left > 0 && !ended.getAsBoolean()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }
}
