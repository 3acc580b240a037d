package org.dmore.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The pause of a paced benchmark: long enough that every thread has gone to sleep. */
final class Pace {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Keys that a paced benchmark sends without a pause before it begins. */
  static final int WARM_UP = 10_000;

  private Pace() {}

  static void pause() {
    long end = System.nanoTime() + NANOS;
    for (long left = NANOS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
