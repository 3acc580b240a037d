package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The modelled network between two hosts: lets time pass as bytes go over it. */
final class Link {
  private static final double NANOS = 1e9;

  private final double realNanosPerByte;
  private final double speedup;
  private final long start = System.nanoTime();
  private double spent;

  Link(long bandwidth, double speedup) {
    this.realNanosPerByte = NANOS / bandwidth / speedup;
    this.speedup = speedup;
  }

  /** Sends bytes. Time that was lost before is made up for: the link would not have been idle. */
  void transfer(long bytes) {
    spent += bytes * realNanosPerByte;
  }

  /** Lets a time of the model pass. */
  void spend(Duration time) {
    spent = Math.max(spent, (double) (System.nanoTime() - start)) + time.toNanos() / speedup;
  }

  /** How long our clock is behind the model's, in nanoseconds. */
  long behind() {
    return (long) (spent - (System.nanoTime() - start));
  }

  /** Waits a part of what {@link #behind} tells; may return early. */
  void waitALittle() {
    LockSupport.parkNanos(this, behind());
  }

  /** Real time that a number of bytes takes. */
  Duration timeFor(long bytes) {
    return Duration.ofNanos((long) (bytes * realNanosPerByte));
  }

  /** Real time that a time of the model takes. */
  Duration real(Duration modelled) {
    return Duration.ofNanos((long) (modelled.toNanos() / speedup));
  }
}
