package org.dmore.coordinator.control;

import java.time.Instant;
import java.util.Map;

/** Where the control plane's audit goes. Thread-safe. */
@FunctionalInterface
public interface AuditSink {
  /** Nowhere. */
  AuditSink NONE = event -> {};

  /**
   * Something that was done, or refused.
   *
   * @param time when
   * @param host whose hostd did it
   * @param kind what, in words with hyphens: {@code migration-step}, {@code refused}
   * @param details by name; never a secret
   */
  record Event(Instant time, String host, String kind, Map<String, String> details) {
    public Event {
      details = Map.copyOf(details);
    }
  }

  /** Writes it down; does not block for long and does not throw. */
  void write(Event event);
}
