package org.dmore.benchmarks.rig;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The least that an interrupt can be between two threads: a number, and a wake-up. */
final class WokenThread {
  private final AtomicLong raised = new AtomicLong();
  private final Arrivals arrivals;
  private final Thread thread;
  private volatile boolean ended;

  WokenThread(Arrivals arrivals) {
    this.arrivals = arrivals;
    this.thread = new Thread(this::run, "woken");
    thread.setDaemon(true);
    thread.start();
  }

  void raise(long count) {
    raised.addAndGet(count);
    LockSupport.unpark(thread);
  }

  void end() {
    ended = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!ended) {
      long count = raised.getAndSet(0);
      if (count > 0) {
        arrivals.add(count);
      } else {
        LockSupport.park(this);
      }
    }
  }
}
