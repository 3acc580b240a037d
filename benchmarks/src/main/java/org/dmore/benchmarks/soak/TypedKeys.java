package org.dmore.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.vdev.frontend.KeyboardFrontend;

/**
 * Holds what the guest's driver consumed against what was typed, event by event. Thread-safe.
 *
 * <p>Only letters are typed, whose codes are in {@code linux/input-event-codes.h}.
 */
final class TypedKeys implements KeyboardFrontend.Listener {
  private static final String ROWS = "qwertyuiop\0\0\0\0asdfghjkl\0\0\0\0\0zxcvbnm";
  private static final int KEY_Q = 16;

  private final List<Long> expected = new ArrayList<>();
  private long consumed;
  private String problem = "";

  /** Notes a key event before it is sent. */
  synchronized void sent(char letter, boolean pressed) {
    expected.add(event(KEY_Q + ROWS.indexOf(letter), pressed));
  }

  @Override
  public synchronized void key(int code, boolean pressed) {
    int at = Math.toIntExact(consumed++);
    if (!problem.isEmpty()) {
      return;
    }
    if (at >= expected.size()) {
      problem = "event=%d code=%d pressed=%s was never sent".formatted(at, code, pressed);
    } else if (expected.get(at) != event(code, pressed)) {
      problem =
          "event=%d is code=%d pressed=%s, sent was code=%d pressed=%s"
              .formatted(at, code, pressed, expected.get(at) >> 1, (expected.get(at) & 1) == 1);
    }
    notifyAll();
  }

  /** Waits until as many events have come as were sent; what is wrong, if anything. */
  synchronized Optional<String> awaitAll(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (problem.isEmpty() && consumed < expected.size()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.of(
            "sent=%d consumed=%d: the rest did not come".formatted(expected.size(), consumed));
      }
      wait(left);
    }
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  /** Events that were sent. */
  synchronized long count() {
    return expected.size();
  }

  /** The letters that can be typed. */
  static String letters() {
    return ROWS.replace("\0", "");
  }

  private static long event(int code, boolean pressed) {
    return (long) code << 1 | (pressed ? 1 : 0);
  }
}
