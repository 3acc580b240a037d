package org.dmore.vdev.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many lines those may cause who have not been let in: so many a minute for each address and
 * for all of them together, so that nobody can drown the audit in refusals. What is left out is
 * counted.
 *
 * <p>Not thread-safe.
 */
final class StrangerLimit {
  static final int LINES_FROM_ONE = 15;
  static final int LINES_FROM_ALL = 150;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 256;

  /** Stands for all that had no place of their own. */
  static final String OTHERS = "others";

  /** Lines that were left out. */
  record Suppressed(String address, long lines) {}

  private static final class Window {
    private final long began;
    private int written;
    private long suppressed;

    Window(long began) {
      this.began = began;
    }
  }

  private final Map<String, Window> addresses = new LinkedHashMap<>();
  private Window all = new Window(0);

  /** Whether an address may cause a line now. */
  boolean allows(String address, long nanos) {
    Window window = addresses.get(address);
    if (window == null && addresses.size() >= MAX_ADDRESSES) {
      all.suppressed++;
      return false;
    }
    if (window == null) {
      window = new Window(nanos);
      addresses.put(address, window);
    }
    if (all.written == 0 && all.suppressed == 0) {
      all = new Window(nanos);
    }
    if (window.written >= LINES_FROM_ONE || all.written >= LINES_FROM_ALL) {
      window.suppressed++;
      return false;
    }
    window.written++;
    all.written++;
    return true;
  }

  /** Forgets the addresses whose minute is over; returns what was left out of theirs. */
  List<Suppressed> sweep(long nanos) {
    List<Suppressed> left = new ArrayList<>();
    addresses
        .entrySet()
        .removeIf(
            entry -> {
              Window window = entry.getValue();
              boolean over = nanos - window.began >= WINDOW.toNanos();
              if (over && window.suppressed > 0) {
                left.add(new Suppressed(entry.getKey(), window.suppressed));
              }
              return over;
            });
    if (nanos - all.began >= WINDOW.toNanos()) {
      if (all.suppressed > 0) {
        left.add(new Suppressed(OTHERS, all.suppressed));
      }
      all = new Window(nanos);
    }
    return left;
  }

  /** Whether there is nothing to sweep. */
  boolean isEmpty() {
    return addresses.isEmpty() && all.suppressed == 0;
  }
}
