package org.dmore.xen.embedded;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which pages of a domain were written since the last look; Xen's log-dirty mode.
 *
 * <p>A writer writes the page first and marks it then. Neither needs a fence of its own: {@link
 * #drain} and {@link #enable} make every thread pass one (see {@link Libc#barrierOnAllThreads})
 * after they changed the log and before the pages are copied.
 */
final class DirtyLog {
  private final long pages;
  private final AtomicLongArray words;
  private volatile boolean enabled;

  DirtyLog(long pages) {
    this.pages = pages;
    this.words = new AtomicLongArray(Math.toIntExact((pages + 63) / 64));
  }

  /** Notes that a page was written; does nothing while no migration runs. */
  void mark(long frame) {
    // Keeps the compiler from moving the caller's write of the page below the look at the log; the
    // processor may still, which the barrier on all threads makes up for.
    VarHandle.releaseFence();
    if (enabled) {
      int word = (int) (frame >> 6);
      long bit = 1L << frame;
      if ((words.get(word) & bit) == 0) {
        words.getAndAccumulate(word, bit, (a, b) -> a | b);
      }
    }
  }

  /** Notes bytes that were written. */
  void mark(long firstByte, int length) {
    if (length > 0) {
      long last = (firstByte + length - 1) >> 12;
      for (long frame = firstByte >> 12; frame <= last; frame++) {
        mark(frame);
      }
    }
  }

  void enable() {
    for (int i = 0; i < words.length(); i++) {
      words.set(i, 0);
    }
    enabled = true;
    Libc.barrierOnAllThreads();
  }

  void disable() {
    enabled = false;
  }

  /** The pages written since the last call, a bit each; they count as clean from now on. */
  long[] drain() {
    long[] dirty = new long[words.length()];
    for (int i = 0; i < dirty.length; i++) {
      dirty[i] = words.getAndSet(i, 0);
    }
    Libc.barrierOnAllThreads();
    return dirty;
  }

  /** How many pages are marked now. */
  long count() {
    long count = 0;
    for (int i = 0; i < words.length(); i++) {
      count += Long.bitCount(words.get(i));
    }
    return count;
  }

  long pages() {
    return pages;
  }
}
