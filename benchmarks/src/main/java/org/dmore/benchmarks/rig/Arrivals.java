package org.dmore.benchmarks.rig;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A count of what arrived, made by one thread and awaited by one other, who either spins or parks.
 * Nothing allocates.
 */
public final class Arrivals implements KeyCount {
  /** How long a wait may take before the benchmark is called broken. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Turns of a spinning wait between two looks at the clock. */
  private static final int TURNS = 1 << 12;

  private volatile long count;
  private volatile Thread waiter;

  /** Notes arrivals; called by one thread only. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void add(long arrived) {
    count += arrived;
    Thread waiting = waiter;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public void awaitSpinning(long wanted) {
    long begin = 0;
    while (true) {
      for (int turn = 0; turn < TURNS; turn++) {
        if (count >= wanted) {
          return;
        }
        Thread.onSpinWait();
      }
      begin = begin == 0 ? System.nanoTime() : begin;
      checkPatience(begin, wanted);
    }
  }

  @Override
  public void awaitParking(long wanted) {
    if (count >= wanted) {
      return;
    }
    long begin = System.nanoTime();
    waiter = Thread.currentThread();
    try {
      while (count < wanted) {
        LockSupport.parkNanos(this, PATIENCE_NANOS);
        checkPatience(begin, wanted);
      }
    } finally {
      waiter = null;
    }
  }

  private void checkPatience(long begin, long wanted) {
    if (System.nanoTime() - begin > PATIENCE_NANOS && count < wanted) {
      throw new IllegalStateException("arrived=" + count + " wanted=" + wanted + " after 10 s");
    }
  }
}
