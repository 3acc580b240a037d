package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A moment on this machine's clock. Limits are counted here and never inside the emulation, whose
 * time jumps.
 */
public final class Deadline {
  private final long at;

  private Deadline(long at) {
    this.at = at;
  }

  /** The moment so long from now. */
  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Whether it is past. */
  public boolean passed() {
    return System.nanoTime() - at >= 0;
  }

  /** What is left, zero when it is past. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
  }

  /** For a socket's timeout, which is in whole milliseconds and never 0. */
  int millisLeft() throws IOException {
    long millis = left().toMillis();
    if (millis == 0) {
      throw new SocketTimeoutException("the limit is reached");
    }
    return (int) Math.min(Integer.MAX_VALUE, millis);
  }
}
