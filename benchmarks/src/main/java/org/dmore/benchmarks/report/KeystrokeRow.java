package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmore.benchmarks.rig.Watching;

/**
 * A row of {@link KeystrokeReport}.
 *
 * @param benchmark what JMH calls it
 * @param title what the table says
 * @param waiting how the client waits, by which rows are compared; empty if there is no client
 * @param subject of {@link ResultFile.Row}
 * @param situation likewise
 * @param bytesTold whether what the key's thread allocates is the key's: not if it is outside the
 *     JVM, keeps JMH's samples, or serves video too
 */
record KeystrokeRow(
    String benchmark,
    String title,
    String waiting,
    String subject,
    String situation,
    boolean bytesTold) {

  /** The subject that the floors are floors of. */
  static final String DMORE = "dmore";

  /** The bridge alone. */
  static final String BRIDGE = "bridge";

  private static final List<Waiting> WAITINGS =
      List.of(
          new Waiting("paced", "one every 2 ms"),
          new Waiting("parking", "back to back"),
          new Waiting("spinning", "client spins"));

  /** How a client waits: the benchmark's method, and what the table says. */
  private record Waiting(String method, String title) {}

  /** All, in the order of the table. */
  static List<KeystrokeRow> all() {
    return Stream.of(
            waited("KeystrokeBenchmark.%s", "key to guest", DMORE, true),
            Stream.of(Watching.values()).map(KeystrokeRow::watched),
            waited("FloorBenchmark.%s[wake=false]", "floor", "Netty floor", true),
            waited("FloorBenchmark.%s[wake=true]", "floor+wake", "Netty floor with wake", true),
            waited("NativeFloorBenchmark.%s", "C floor", "C floor", false),
            Stream.of(
                // JMH keeps its samples on the thread that it times, which is the bridge's own.
                bridge("publish", "to ring and notify", "key, to ring and notify", false),
                bridge("handOver", "to guest, one by one", "key, one by one", true),
                bridge("batch", "to guest, 48 at once", "keys, 48 at once", true),
                bridge("burst", "to guest, 480 at once", "keys, 480 at once", true)))
        .flatMap(rows -> rows)
        .toList();
  }

  /** What was measured for this row. */
  Optional<Measurement> find(List<Measurement> measurements) {
    return measurements.stream().filter(found -> found.name().equals(benchmark)).findFirst();
  }

  /** The row of a floor with the same kind of waiting. */
  Optional<KeystrokeRow> floor(String floor) {
    return all().stream()
        .filter(row -> row.subject.equals(floor) && row.waiting.equals(waiting))
        .findFirst();
  }

  private static Stream<KeystrokeRow> waited(
      String benchmark, String title, String subject, boolean bytesTold) {
    return WAITINGS.stream()
        .map(
            waiting ->
                new KeystrokeRow(
                    benchmark.formatted(waiting.method()),
                    title + ", " + waiting.title(),
                    waiting.method(),
                    subject,
                    "key, " + waiting.method(),
                    bytesTold));
  }

  private static KeystrokeRow watched(Watching watching) {
    return new KeystrokeRow(
        "WatchedKeystrokeBenchmark.paced[watching=" + watching + "]",
        "key to guest, " + watching.title(),
        "paced",
        DMORE,
        "key, " + watching.title(),
        false);
  }

  private static KeystrokeRow bridge(
      String method, String title, String situation, boolean bytesTold) {
    return new KeystrokeRow(
        "BridgeBenchmark." + method, "bridge: " + title, "", BRIDGE, situation, bytesTold);
  }
}
