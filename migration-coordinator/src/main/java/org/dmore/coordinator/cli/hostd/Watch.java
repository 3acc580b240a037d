package org.dmore.coordinator.cli.hostd;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.dmore.coordinator.control.ControlException;
import org.jline.utils.Signals;

/**
 * Looks at something again and again until it is over, or somebody presses Ctrl-C. A {@code hostd}
 * that is silent for a while (it is started anew) is asked again.
 */
final class Watch implements AutoCloseable {
  private static final String INTERRUPT = "INT";

  /** How much longer a hostd is left alone than its answer took. */
  private static final int RESPITE = 2;

  private final Duration interval;
  private final Duration patience;
  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private final Object formerHandler;

  Watch(Workplace workplace) {
    interval = workplace.interval();
    patience = workplace.patience();
    formerHandler = Signals.register(INTERRUPT, this::stop);
  }

  /** Ends the wait, as Ctrl-C does. */
  void stop() {
    boolean unused = stop.complete(null);
  }

  /**
   * Waits.
   *
   * @param each is shown every answer, the last one too
   * @return the answer that says that it is over; empty if the wait was ended before
   * @throws ControlException if hostd refuses, or is silent for too long
   */
  <T> Optional<T> until(
      Hostd hostd, Hostd.Question<T> question, Predicate<T> isOver, Consumer<T> each)
      throws ControlException, InterruptedException {
    OptionalLong silentSince = OptionalLong.empty();
    while (true) {
      long asked = System.nanoTime();
      try {
        T answer = hostd.ask(question);
        silentSince = OptionalLong.empty();
        each.accept(answer);
        if (isOver.test(answer)) {
          return Optional.of(answer);
        }
      } catch (ControlException e) {
        long now = System.nanoTime();
        if (e.reason() != ControlException.Reason.UNAVAILABLE
            || now - silentSince.orElse(now) > patience.toNanos()) {
          throw e;
        }
        silentSince = OptionalLong.of(silentSince.orElse(now));
      }
      // One that answers slowly has more to do than that.
      Duration respite = Duration.ofNanos(RESPITE * (System.nanoTime() - asked));
      if (isStoppedWithin(respite.compareTo(interval) > 0 ? respite : interval)) {
        return Optional.empty();
      }
    }
  }

  private boolean isStoppedWithin(Duration time) throws InterruptedException {
    try {
      stop.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is only ever completed", e);
    }
  }

  @Override
  public void close() {
    Signals.unregister(INTERRUPT, formerHandler);
  }
}
