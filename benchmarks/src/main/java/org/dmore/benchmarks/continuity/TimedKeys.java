package org.dmore.benchmarks.continuity;

import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.lab.recorder.KeyEvent;

/**
 * Key events in their order, each with its time. Not thread-safe.
 *
 * @param events the events
 * @param times {@link System#nanoTime} of each
 */
public record TimedKeys(List<KeyEvent> events, List<Long> times) {
  /** Begins with none. */
  TimedKeys() {
    this(new ArrayList<>(), new ArrayList<>());
  }

  void add(KeyEvent event, long nanoTime) {
    events.add(event);
    times.add(nanoTime);
  }

  /** What there is so far, which is then kept here no more. */
  TimedKeys take() {
    TimedKeys taken = new TimedKeys(List.copyOf(events), List.copyOf(times));
    events.clear();
    times.clear();
    return taken;
  }
}
