package org.dmore.benchmarks.peers;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does something when one thread's wait lasts too long; to start a wait is no more than a store.
 */
final class Watchdog implements AutoCloseable {
  private static final long LOOKS_IN_TIME = 20;

  private final Duration patience;
  private final Runnable tooLong;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "peers-watchdog");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean waiting;
  private volatile long since;
  private volatile boolean acted;

  @SuppressWarnings("FutureReturnValueIgnored") // a failure of it would be the action's
  Watchdog(Duration patience, Runnable tooLong) {
    this.patience = patience;
    this.tooLong = tooLong;
    long pause = patience.toMillis() / LOOKS_IN_TIME + 1;
    looks.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
  }

  void start() {
    since = System.nanoTime();
    waiting = true;
  }

  void stop() {
    waiting = false;
  }

  /** Whether a wait lasted too long. */
  boolean hasActed() {
    return acted;
  }

  private void look() {
    if (waiting && System.nanoTime() - since > patience.toNanos()) {
      acted = true;
      tooLong.run();
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
