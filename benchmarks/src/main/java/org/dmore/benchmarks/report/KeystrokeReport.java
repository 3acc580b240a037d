package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.dmore.benchmarks.rig.WatchedRig.Video;

/**
 * The result of {@code dmore bench keystroke}: a table in Markdown, the machine, and how to read
 * both.
 */
public final class KeystrokeReport {
  private static final String NONE = "-";

  /**
   * Below this a figure is what JMH itself allocates in an iteration, divided by its operations.
   */
  static final double BYTES_SHOWN = 0.05;

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
          "to floor+wake",
          "to C floor");

  private static final List<String> LOAD_HEAD =
      List.of("beside the key", "updates a second that each client gets", "CPU left");

  private static final String LEGEND =
      """
      Times in microseconds. key to guest: from the client's write to the guest's driver handing
      the key on; with other clients that follow the guest's screen, one every 2 ms. floor: the same
      client and a Netty handler that only counts; floor+wake: it wakes another thread to count, as
      an interrupt must; C floor: the same by epoll and eventfd in a process in C. "to ..." are
      ratios of medians, to the floor of the same kind; below 1 is noise. B/op: bytes allocated for
      each key by the thread that carries it (event loop, or bridge), the median of the iterations;
      B/op JVM: by all threads, the client, JMH and the guest among them.""";

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
    TextTable loads = new TextTable(LOAD_HEAD);
    boolean loaded = false;
    for (KeystrokeRow row : KeystrokeRow.all()) {
      Optional<Measurement> found = row.find(measurements);
      found.ifPresent(measured -> table.add(cells(row, measured)));
      Optional<Video> load = found.flatMap(Measurement::load);
      load.ifPresent(beside -> loads.add(cells(row, beside)));
      loaded |= load.isPresent();
    }
    return table.markdown()
        + "\n"
        + LEGEND
        + "\n\n"
        + (loaded ? loads.markdown() + "\n" : "")
        + goals()
        + machine.markdown();
  }

  private String goals() {
    List<String> lines = new Goals(List.of(result(Collections.emptySortedMap()))).lines();
    return lines.isEmpty() ? "" : "Goals:\n\n- " + String.join("\n- ", lines) + "\n\n";
  }

  /**
   * The same as figures.
   *
   * @param versions of what was measured beside dmore
   */
  public ResultFile result(SortedMap<String, String> versions) {
    List<ResultFile.Row> rows = new ArrayList<>();
    for (KeystrokeRow row : KeystrokeRow.all()) {
      row.find(measurements)
          .map(found -> ResultFile.Row.of(row.subject(), row.situation(), figures(row, found)))
          .ifPresent(rows::add);
    }
    return new ResultFile("keystroke", machine, versions, rows);
  }

  private static Map<String, Double> figures(KeystrokeRow row, Measurement found) {
    Map<String, Double> figures = new HashMap<>();
    figures.put("mean_us", found.mean());
    found
        .spread()
        .ifPresent(
            spread -> {
              figures.put("p50_us", spread.p50());
              figures.put("p90_us", spread.p90());
              figures.put("p99_us", spread.p99());
              figures.put("p999_us", spread.p999());
              figures.put("max_us", spread.max());
            });
    if (row.bytesTold()) {
      found.keyThreadBytes().ifPresent(bytes -> figures.put("key_thread_bytes", bytes));
    }
    found
        .load()
        .ifPresent(
            load -> {
              figures.put("client_updates_per_s", load.updates());
              figures.put("cpu_left_percent", load.cpuLeft());
            });
    return figures;
  }

  private static List<String> cells(KeystrokeRow row, Video load) {
    return List.of(
        row.title(),
        String.format(Locale.ROOT, "%.1f", load.updates()),
        String.format(Locale.ROOT, "%.0f %%", load.cpuLeft()));
  }

  private List<String> cells(KeystrokeRow row, Measurement found) {
    Optional<Measurement.Spread> spread = found.spread();
    return List.of(
        row.title(),
        micros(found.mean()),
        spread.map(s -> micros(s.p50())).orElse(NONE),
        spread.map(s -> micros(s.p90())).orElse(NONE),
        spread.map(s -> micros(s.p99())).orElse(NONE),
        spread.map(s -> micros(s.p999())).orElse(NONE),
        spread.map(s -> micros(s.max())).orElse(NONE),
        row.bytesTold() ? bytes(found.keyThreadBytes()) : NONE,
        bytes(found.allBytes()),
        ratio(found, row, "Netty floor"),
        ratio(found, row, "Netty floor with wake"),
        ratio(found, row, "C floor"));
  }

  private String ratio(Measurement found, KeystrokeRow row, String floor) {
    return row.floor(floor)
        .flatMap(other -> other.find(measurements))
        .map(other -> String.format(Locale.ROOT, "%.2f", found.typical() / other.typical()))
        .orElse(NONE);
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
}
