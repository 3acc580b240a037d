package org.dmore.rfb.session;

import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures for the clients of one event loop, a few at a time. A loop carries out all tasks that it
 * has before it looks at its sockets again: with many clients that follow one screen, a key would
 * wait until the last of them has got its update. So all this work is one task, which takes no more
 * than a turn's time and then has the loop look at its sockets before the next.
 *
 * <p>Work is done in its order, each piece whole. Thread-safe.
 */
final class LoopTurns {
  /** A turn ends with the piece of work that reaches this. */
  private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  private static final Logger LOG = LoggerFactory.getLogger(LoopTurns.class);

  private final EventExecutor loop;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean due = new AtomicBoolean();
  private final Runnable turn = this::turn;

  LoopTurns(EventExecutor loop) {
    this.loop = loop;
  }

  /** Has a piece of work done on the loop; nothing if the loop is shut down. */
  void execute(Runnable work) {
    waiting.add(work);
    if (due.compareAndSet(false, true)) {
      try {
        loop.execute(turn);
      } catch (RejectedExecutionException e) {
        forget();
      }
    }
  }

  private void turn() {
    long begin = System.nanoTime();
    do {
      Runnable work = waiting.poll();
      if (work != null) {
        carryOut(work);
      }
      if (waiting.isEmpty()) {
        due.set(false);
        if (waiting.isEmpty() || !due.compareAndSet(false, true)) {
          return; // what came in between has a task of its own
        }
      }
    } while (System.nanoTime() - begin < TURN_NANOS);
    afterSockets();
  }

  /** Tasks that are due are fetched once in a round of the loop, after its sockets. */
  private void afterSockets() {
    try {
      Object unused = loop.schedule(turn, 0, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      forget();
    }
  }

  /** The loop is shut down, and its clients with it. */
  private void forget() {
    waiting.clear();
    due.set(false);
  }

  private static void carryOut(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("a client's update failed", e);
    }
  }
}
