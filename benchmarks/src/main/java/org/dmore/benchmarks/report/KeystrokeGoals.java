package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a key's way is meant to keep within, and whether it did: a line for each. */
final class KeystrokeGoals {
  private static final double OVER_C_FLOOR = 1.3;
  private static final double P99_OVER_P50 = 3;

  private final List<Measurement> measurements;

  KeystrokeGoals(List<Measurement> measurements) {
    this.measurements = measurements;
  }

  /** A list in Markdown; what was not measured is left out. */
  String markdown() {
    List<String> lines = new ArrayList<>();
    for (KeystrokeRow row : KeystrokeRow.all()) {
      row.find(measurements).ifPresent(found -> check(row, found, lines));
    }
    return lines.isEmpty() ? "" : "Goals:\n\n" + String.join("\n", lines) + "\n\n";
  }

  private void check(KeystrokeRow row, Measurement found, List<String> lines) {
    if (row.subject().equals(KeystrokeRow.DMORE) && found.spread().isPresent()) {
      Measurement.Spread spread = found.spread().get();
      if (row.benchmark().startsWith("KeystrokeBenchmark.")) {
        row.floor("C floor")
            .flatMap(floor -> floor.find(measurements))
            .flatMap(Measurement::spread)
            .map(floor -> floorLine(row, spread, floor))
            .ifPresent(lines::add);
      }
      lines.add(
          line(
              spread.p99() <= P99_OVER_P50 * spread.p50(),
              "%s: p99 %.1f us is %.2f times p50 %.1f us, at most %.0f",
              row.title(),
              spread.p99(),
              spread.p99() / spread.p50(),
              spread.p50(),
              P99_OVER_P50));
    }
    if (row.subject().equals(KeystrokeRow.BRIDGE)) {
      bytes(row, found)
          .ifPresent(
              bytes ->
                  lines.add(
                      line(
                          bytes < KeystrokeReport.BYTES_SHOWN,
                          "%s: %.1f bytes allocated for a key, 0",
                          row.title(),
                          bytes)));
    }
  }

  private static String floorLine(
      KeystrokeRow row, Measurement.Spread spread, Measurement.Spread floor) {
    return line(
        spread.p50() <= OVER_C_FLOOR * floor.p50(),
        "%s: p50 %.1f us is %.2f times the C floor's %.1f us, at most %.1f",
        row.title(),
        spread.p50(),
        spread.p50() / floor.p50(),
        floor.p50(),
        OVER_C_FLOOR);
  }

  private static Optional<Double> bytes(KeystrokeRow row, Measurement found) {
    return row.bytesTold() && found.keyThreadBytes().isPresent()
        ? Optional.of(found.keyThreadBytes().getAsDouble())
        : Optional.empty();
  }

  private static String line(boolean met, String text, Object... figures) {
    return (met ? "- met: " : "- not met: ") + String.format(Locale.ROOT, text, figures);
  }
}
