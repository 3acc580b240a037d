package org.dmore.rfb.session;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A deadline in time during which the event loop runs.
 *
 * <p>The time is cut into slices, and a slice counts when the loop has come round to it. However
 * long the loop stands still in between (the VM is suspended, the loop is blocked), that counts as
 * one slice: a deadline cannot expire before the loop had many turns to do what the deadline waits
 * for.
 *
 * <p>Used on the event loop.
 */
public final class LoopTimer {
  private static final int SLICES = 30;
  private static final long MAX_SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventExecutor loop;
  private final long sliceNanos;
  private final long slices;
  private final BooleanSupplier progressed;
  private final Runnable expired;

  private long passed;
  private boolean cancelled;
  private ScheduledFuture<?> next;

  private LoopTimer(
      EventExecutor loop, Duration time, BooleanSupplier progressed, Runnable expired) {
    this.loop = loop;
    this.sliceNanos = Math.max(1, Math.min(time.toNanos() / SLICES, MAX_SLICE_NANOS));
    this.slices = Math.max(1, time.toNanos() / sliceNanos);
    this.progressed = progressed;
    this.expired = expired;
  }

  /** Runs {@code expired} once the time has passed. */
  public static LoopTimer start(EventExecutor loop, Duration time, Runnable expired) {
    return start(loop, time, () -> false, expired);
  }

  /** As {@link #start}; the time begins anew whenever {@code progressed} says so. */
  public static LoopTimer start(
      EventExecutor loop, Duration time, BooleanSupplier progressed, Runnable expired) {
    LoopTimer timer = new LoopTimer(loop, time, progressed, expired);
    timer.schedule();
    return timer;
  }

  /** Ends it; {@code progressed} and {@code expired} may do so too. */
  public void cancel() {
    // A tick that runs cannot be cancelled, only told not to go on.
    cancelled = true;
    next.cancel(false);
  }

  private void schedule() {
    next = loop.schedule(this::tick, sliceNanos, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    passed = progressed.getAsBoolean() ? 0 : passed + 1;
    if (cancelled) {
      return;
    }
    if (passed >= slices) {
      expired.run();
    } else {
      schedule();
    }
  }
}
