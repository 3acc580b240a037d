package org.dmore.coordinator.cli.hostd;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How values are written for people. */
final class Wording {
  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;
  private static final int SECONDS = 60;

  private Wording() {}

  /** {@code CALLED_OFF} as {@code called off}. */
  static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** {@code CALLED_OFF} as {@code calledOff}, for JSON. */
  static String name(Enum<?> value) {
    String[] words = value.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
    }
    return name.toString();
  }

  /** By name, as {@code rack=3,ssd=yes}. */
  static String labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }

  /** In whole seconds, UTC. */
  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f", bytes / MIB);
  }

  static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / GIB);
  }

  /** {@code 12 ms}, {@code 3.4 s}, {@code 2 min 5 s}. */
  static String duration(Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      return Math.round(time.toNanos() / 1e6) + " ms";
    }
    if (time.compareTo(Duration.ofSeconds(SECONDS)) < 0) {
      return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
    }
    return time.toMinutes() + " min " + time.toSecondsPart() + " s";
  }

  /** For JSON: milliseconds with three decimals. */
  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1_000.0) / 1_000.0;
  }
}
