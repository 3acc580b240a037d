package org.dmore.vdev.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmore.xen.XenbusState;

/**
 * What is said to a frontend that is CLOSED, in case that its driver is bound and listens:
 * INIT_WAIT after a moment, and CLOSED again if nobody answered. Confined to the loop.
 */
final class Invitation {
  /** How long CLOSED stands first, for whoever waits to see it. */
  private static final long DELAY_MILLIS = 200;

  /** How long a driver may take to answer. */
  private static final long ANSWER_MILLIS = 3000;

  private final Executor loop;
  private final Consumer<XenbusState> say;
  private Future<?> next = CompletableFuture.completedFuture(null);

  /** Makes one that says by {@code say}, on the loop. */
  Invitation(Executor loop, Consumer<XenbusState> say) {
    this.loop = loop;
    this.say = say;
  }

  /** Begins anew. */
  void send() {
    cancel();
    next =
        after(
            loop,
            DELAY_MILLIS,
            () -> {
              say.accept(XenbusState.INIT_WAIT);
              next = after(loop, ANSWER_MILLIS, () -> say.accept(XenbusState.CLOSED));
            });
  }

  /** Says nothing any more. */
  void cancel() {
    next.cancel(false);
  }

  /** Runs something on a loop in a while; it can be cancelled. */
  static Future<?> after(Executor loop, long millis, Runnable task) {
    return CompletableFuture.runAsync(
        task, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, loop));
  }
}
