package org.dmore.benchmarks.rig;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Draws on a guest's screen at a fixed pace, on a thread that is a second CPU of the guest's: the
 * first, which has the keyboard's interrupt, only tells of what was drawn.
 */
final class ScreenPainter implements AutoCloseable {
  private final BareGuest guest;
  private final Scenery scenery;
  private final long intervalNanos;
  private final Thread thread;
  private volatile boolean ended;

  ScreenPainter(BareGuest guest, Scenery scenery, int changesPerSecond) {
    this.guest = guest;
    this.scenery = scenery;
    this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / changesPerSecond;
    this.thread = new Thread(this::run, "painter");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    int[] pixels = new int[ScrollingDesktop.WIDTH * ScrollingDesktop.HEIGHT];
    long due = System.nanoTime();
    while (!ended) {
      scenery.next(pixels);
      guest.draw(pixels);
      // What was missed is not made up for.
      due = Math.max(due + intervalNanos, System.nanoTime());
      for (long left = due - System.nanoTime(); left > 0 && !ended; ) {
        LockSupport.parkNanos(left);
        left = due - System.nanoTime();
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
