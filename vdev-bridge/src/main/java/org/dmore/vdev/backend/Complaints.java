package org.dmore.vdev.backend;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one guest does wrong, logged once a kind: a hostile guest must not fill a disk. Confined to
 * the console's event loop.
 */
final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  /** Longest text that a guest gets into the log at a time. */
  private static final int MAX_DETAIL = 200;

  private final String device;
  private final Map<String, Long> counts = new HashMap<>();

  Complaints(String device) {
    this.device = device;
  }

  /**
   * Notes a fault.
   *
   * @param kind what names the fault; one of few constants, never text from the guest
   * @param detail values, {@code name=value}
   */
  void complain(String kind, String detail) {
    if (counts.merge(kind, 1L, Long::sum) == 1) {
      LOG.warn("device={} guest fault: {}: {}; not logged again", device, kind, printable(detail));
    }
  }

  /** How often a fault was noted. */
  long count(String kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** A guest's words may be long, and may try to look like lines of the log. */
  private static String printable(String text) {
    String cut = text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "..." : text;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** All faults. */
  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
