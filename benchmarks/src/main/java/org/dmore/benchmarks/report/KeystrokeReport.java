package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of {@code dmore bench keystroke}: a table in Markdown, the machine, and how to read
 * both.
 */
public final class KeystrokeReport {
  private static final String NONE = "-";

  /**
   * Below this a figure is what JMH itself allocates in an iteration, divided by its operations.
   */
  private static final double BYTES_SHOWN = 0.05;

  /** JMH keeps its samples on the thread that it times, which is the bridge's own here. */
  private static final String PUBLISH = "BridgeBenchmark.publish";

  private static final List<String> HEAD =
      List.of(
          "benchmark",
          "mean",
          "p50",
          "p90",
          "p99",
          "p99.9",
          "max",
          "B/op",
          "B/op JVM",
          "to floor",
          "to floor+wake");

  /** The rows, in the order of the table: what JMH calls it, what the table says. */
  private static final List<Row> ROWS =
      List.of(
          new Row("KeystrokeBenchmark.paced", "key to guest, one every 2 ms", "paced"),
          new Row("KeystrokeBenchmark.parking", "key to guest, back to back", "parking"),
          new Row("KeystrokeBenchmark.spinning", "key to guest, client spins", "spinning"),
          new Row("FloorBenchmark.paced[wake=false]", "floor, one every 2 ms", "paced"),
          new Row("FloorBenchmark.parking[wake=false]", "floor, back to back", "parking"),
          new Row("FloorBenchmark.spinning[wake=false]", "floor, client spins", "spinning"),
          new Row("FloorBenchmark.paced[wake=true]", "floor+wake, one every 2 ms", "paced"),
          new Row("FloorBenchmark.parking[wake=true]", "floor+wake, back to back", "parking"),
          new Row("FloorBenchmark.spinning[wake=true]", "floor+wake, client spins", "spinning"),
          new Row(PUBLISH, "bridge: to ring and notify", ""),
          new Row("BridgeBenchmark.handOver", "bridge: to guest, one by one", ""),
          new Row("BridgeBenchmark.batch", "bridge: to guest, 48 at once", ""),
          new Row("BridgeBenchmark.burst", "bridge: to guest, 480 at once", ""));

  private static final String LEGEND =
      """
      Times in microseconds. key to guest: from the client's write to the guest's driver handing
      the key on. floor: the same client and a Netty handler that only counts; floor+wake: it wakes
      another thread to count, as an interrupt must. "to floor" and "to floor+wake" are ratios of
      medians, to the floor of the same kind; below 1 is noise. B/op: bytes allocated for each key by
      the thread that carries it (event loop, or bridge), the median of the iterations; B/op JVM: by
      all threads, the client, JMH and the guest among them.""";

  private final List<Measurement> measurements;
  private final Machine machine;

  /** Makes a report of what was measured; missing benchmarks are left out. */
  public KeystrokeReport(List<Measurement> measurements, Machine machine) {
    this.measurements = List.copyOf(measurements);
    this.machine = machine;
  }

  /** The whole report in Markdown, which reads well as plain text too. */
  public String markdown() {
    TextTable table = new TextTable(HEAD);
    for (Row row : ROWS) {
      find(row.benchmark()).ifPresent(found -> table.add(cells(row, found)));
    }
    return table.markdown() + "\n" + LEGEND + "\n\n" + machine.markdown();
  }

  private List<String> cells(Row row, Measurement found) {
    Optional<Measurement.Spread> spread = found.spread();
    return List.of(
        row.title(),
        micros(found.mean()),
        spread.map(s -> micros(s.p50())).orElse(NONE),
        spread.map(s -> micros(s.p90())).orElse(NONE),
        spread.map(s -> micros(s.p99())).orElse(NONE),
        spread.map(s -> micros(s.p999())).orElse(NONE),
        spread.map(s -> micros(s.max())).orElse(NONE),
        row.benchmark().equals(PUBLISH) ? NONE : bytes(found.keyThreadBytes()),
        bytes(found.allBytes()),
        ratio(found, row, false),
        ratio(found, row, true));
  }

  private String ratio(Measurement found, Row row, boolean wake) {
    return find("FloorBenchmark." + row.waiting() + "[wake=" + wake + "]")
        .map(floor -> String.format(Locale.ROOT, "%.2f", found.typical() / floor.typical()))
        .orElse(NONE);
  }

  private Optional<Measurement> find(String name) {
    return measurements.stream().filter(found -> found.name().equals(name)).findFirst();
  }

  private static String micros(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
  }

  private static String bytes(OptionalDouble value) {
    if (value.isEmpty()) {
      return NONE;
    }
    double bytes = value.getAsDouble();
    return bytes < BYTES_SHOWN ? "0" : String.format(Locale.ROOT, "%.1f", bytes);
  }

  private record Row(String benchmark, String title, String waiting) {}
}
