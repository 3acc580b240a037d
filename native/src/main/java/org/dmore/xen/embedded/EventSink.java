package org.dmore.xen.embedded;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Where the pending ports of one waiting thread, or of one event loop, are noted: two levels of
 * bits, as in the hypervisor's shared info page. Signalling allocates nothing, and takes no lock
 * but to wake an event loop.
 *
 * <p>No event is lost: the waiter publishes itself before it looks at the bits for the last time
 * and parks; a signal sets the bits before it looks for a waiter. One of the two sees the other.
 */
final class EventSink {
  private static final int WORDS = PortTable.PORTS / Long.SIZE;

  private final Supplier<PortTable> table;
  private final AtomicLong summary = new AtomicLong();
  private final AtomicLongArray ready = new AtomicLongArray(WORDS);
  private volatile boolean wakeup;
  private volatile Thread waiter;
  private volatile Readiness readiness;
  private int next;

  EventSink(Supplier<PortTable> table) {
    this.table = table;
  }

  /** Notes a port and wakes whoever waits. */
  void signal(int port) {
    int word = port / Long.SIZE;
    long bit = 1L << port;
    ready.getAndAccumulate(word, bit, EventSink::with);
    long wordBit = 1L << word;
    if ((summary.get() & wordBit) == 0) {
      summary.getAndAccumulate(wordBit, EventSink::with);
    }
    Readiness descriptor = readiness;
    if (descriptor != null) {
      descriptor.raise();
    }
    unparkWaiter();
  }

  /** From now on tells an event loop too, and at once of what is noted already. */
  void tell(Readiness descriptor) {
    readiness = descriptor;
    if (summary.get() != 0) {
      descriptor.raise();
    }
  }

  void wakeup() {
    wakeup = true;
    unparkWaiter();
  }

  /** Lets the waiter look around without a wakeup being reported to it. */
  void unparkWaiter() {
    Thread thread = waiter;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  boolean takeWakeup() {
    if (wakeup) {
      wakeup = false;
      return true;
    }
    return false;
  }

  /** Takes one event; null if there is none. Ports take turns. Called by one thread at a time. */
  Port poll() {
    while (true) {
      long words = summary.get();
      if (words == 0) {
        Readiness descriptor = readiness;
        if (descriptor == null) {
          return null;
        }
        descriptor.lower();
        words = summary.get(); // what was signalled before it was lowered
        if (words == 0) {
          return null;
        }
      }
      int word = firstFrom(words, next / Long.SIZE);
      long bits = ready.get(word);
      if (bits == 0) {
        settle(word);
        continue;
      }
      int port = word * Long.SIZE + firstFrom(bits, word == next / Long.SIZE ? next : 0);
      long bit = 1L << port;
      ready.getAndAccumulate(word, bit, EventSink::without);
      next = (port + 1) % PortTable.PORTS;
      Port candidate = table.get().find(port);
      if (candidate == null) {
        continue;
      }
      EventSink sink = candidate.sink();
      if (sink != this) {
        sink.signal(port);
      } else if (candidate.claim()) {
        return candidate;
      }
    }
  }

  /** Parks until something may have happened; spurious returns are fine. */
  void park(long nanos) {
    waiter = Thread.currentThread();
    try {
      if (summary.get() == 0 && !wakeup) {
        LockSupport.parkNanos(this, nanos);
      }
    } finally {
      waiter = null;
    }
  }

  private void settle(int word) {
    long wordBit = 1L << word;
    summary.getAndAccumulate(wordBit, EventSink::without);
    if (ready.get(word) != 0) {
      summary.getAndAccumulate(wordBit, EventSink::with);
    }
  }

  private static int firstFrom(long bits, int start) {
    long later = bits & (-1L << start);
    return Long.numberOfTrailingZeros(later != 0 ? later : bits);
  }

  // Functions without captured variables, so that signalling allocates nothing.

  private static long with(long bits, long bit) {
    return bits | bit;
  }

  private static long without(long bits, long bit) {
    return bits & ~bit;
  }
}
