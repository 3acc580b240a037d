package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.dmore.coordinator.control.ControlException.Reason;

/** What a request must be, whatever it is about. */
final class RequestRules {
  static final int MAX_PARALLELISM = 16;
  private static final int MAX_NAME = 128;
  private static final int MAX_LABELS = 64;
  private static final Duration MAX_PAUSED = Duration.ofMinutes(10);

  private static final Pattern CONSOLE =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})");

  private static final int MAX_PORT = 65_535;

  private RequestRules() {}

  /** A name of a host, a pair or a VM: 1 to 128 printable characters. */
  static String name(String what, String name) throws ControlException {
    if (name.isBlank()
        || name.length() > MAX_NAME
        || name.codePoints().anyMatch(c -> Character.isISOControl(c) || c == '/')) {
      throw invalid(what + "=" + name + " must be 1 to 128 printable characters without a slash");
    }
    return name;
  }

  static void labels(String what, Map<String, String> labels) throws ControlException {
    if (labels.size() > MAX_LABELS) {
      throw invalid(what + ": more than " + MAX_LABELS);
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      name(what, label.getKey());
      if (label.getValue().length() > MAX_NAME) {
        throw invalid(what + ": the value of " + label.getKey() + " has more than 128 characters");
      }
    }
  }

  static void pausedBound(Duration bound) throws ControlException {
    if (bound.isNegative() || bound.isZero() || bound.compareTo(MAX_PAUSED) > 0) {
      throw invalid(
          "paused bound=%dms is not in 1..%d".formatted(bound.toMillis(), MAX_PAUSED.toMillis()));
    }
  }

  /**
   * {@code HOST:PORT}, or nothing.
   *
   * @param consoles at that port and those after it
   */
  static void console(String address, int consoles) throws ControlException {
    if (address.isEmpty()) {
      return;
    }
    if (!CONSOLE.matcher(address).matches()) {
      throw invalid("console=" + address + " must be HOST:PORT");
    }
    int last = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)) + consoles - 1;
    if (last > MAX_PORT) {
      throw invalid(
          "console=%s: consoles=%d would be at ports up to %d, and %d is the last"
              .formatted(address, consoles, last, MAX_PORT));
    }
  }

  static void parallelism(int parallelism) throws ControlException {
    if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
      throw invalid("parallelism=" + parallelism + " is not in 1.." + MAX_PARALLELISM);
    }
  }

  static ControlException invalid(String message) {
    return new ControlException(Reason.INVALID, message);
  }
}
