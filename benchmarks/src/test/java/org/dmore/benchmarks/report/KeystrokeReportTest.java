package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.dmore.benchmarks.rig.WatchedRig.Video;
import org.junit.jupiter.api.Test;

class KeystrokeReportTest {
  private static final Machine MACHINE =
      new Machine(
          "A CPU",
          2,
          "Linux 6 amd64",
          "A VM 17",
          0.5,
          "2026-11-21T00:00:00Z",
          "dmore bench keystroke");

  @Test
  void aRowTellsPercentilesBytesAndRatiosOfMedians() {
    String report =
        report(
            sampled("KeystrokeBenchmark.parking", 30, 0),
            sampled("FloorBenchmark.parking[wake=false]", 20, 0.01),
            sampled("FloorBenchmark.parking[wake=true]", 25, 12.34),
            sampled("NativeFloorBenchmark.parking", 24, 5));

    assertThat(report.lines())
        .contains(
            "| key to guest, back to back | 31.0 | 30.0 | 40.0 | 50.0 |  1200 | 12345 |    0 |"
                + "        0 |     1.50 |          1.20 |       1.25 |")
        .anyMatch(
            line -> line.startsWith("| floor, back to back        |") && line.contains("1.00"))
        .anyMatch(
            line -> line.startsWith("| floor+wake, back to back") && line.contains("| 12.3 |"))
        .anyMatch(line -> line.startsWith("| C floor, back to back") && line.contains("|    - |"))
        .anyMatch(line -> line.matches("- met: keystroke: p50_us .*parking.*: is 30, at most 31.2"))
        .anyMatch(line -> line.matches("- met: keystroke: p99_us .*parking.*: is 50, at most 90"));
  }

  @Test
  void aGoalThatIsMissedIsCalledSo() {
    assertThat(
            report(
                    sampled("KeystrokeBenchmark.spinning", 40, 0),
                    sampled("NativeFloorBenchmark.spinning", 30, 0),
                    sampled("WatchedKeystrokeBenchmark.paced[watching=TEN]", 5, 0),
                    new Measurement(
                        "BridgeBenchmark.burst",
                        1,
                        Optional.empty(),
                        OptionalDouble.of(16),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()))
                .lines())
        .anyMatch(
            line -> line.matches("- not met: keystroke: p50_us .*spinning.*: is 40, at most 39"))
        .anyMatch(line -> line.matches("- not met: keystroke: p99_us .*10 clients.*: is 25, .* 15"))
        .anyMatch(line -> line.matches("- not met: keystroke: key_thread_bytes .*: is 16, .*"));
  }

  @Test
  void withoutAFloorInCThereIsNoGoalAgainstIt() {
    assertThat(report(sampled("KeystrokeBenchmark.spinning", 40, 0)))
        .doesNotContain("that of C floor")
        .contains("- met: keystroke: p99_us");
    assertThat(report()).doesNotContain("Goals");
  }

  @Test
  void whatWentOnBesideTheKeysIsTold() {
    Measurement watched =
        new Measurement(
            "WatchedKeystrokeBenchmark.paced[watching=ONE]",
            50,
            Optional.of(new Measurement.Spread(1, 2, 3, 4, 5)),
            OptionalDouble.of(999),
            OptionalDouble.of(999),
            OptionalDouble.empty(),
            Optional.of(new Video(19.5, 61.2)));

    assertThat(report(watched).lines())
        .anyMatch(
            line -> line.matches("\\| key to guest, 1 client watches +\\| +19.5 \\| +61 % \\|"));
    ResultFile file = new KeystrokeReport(List.of(watched), MACHINE).result(new TreeMap<>());
    assertThat(file.figure("dmore", "key, 1 client watches", "client_updates_per_s"))
        .contains(19.5);
    assertThat(file.figure("dmore", "key, 1 client watches", "cpu_left_percent")).contains(61.2);
    // The thread serves the video too.
    assertThat(file.figure("dmore", "key, 1 client watches", "key_thread_bytes")).isEmpty();
  }

  @Test
  void theFileHasARowForEachSubjectAndSituation() {
    List<Measurement> measured =
        KeystrokeRow.all().stream().map(row -> sampled(row.benchmark(), 20, 3)).toList();
    ResultFile file =
        new KeystrokeReport(measured, MACHINE).result(new TreeMap<>(Map.of("cc", "cc 12")));

    assertThat(file.rows())
        .hasSize(measured.size())
        .extracting(row -> row.subject() + ": " + row.situation())
        .doesNotHaveDuplicates()
        .contains(
            "dmore: key, spinning",
            "Netty floor: key, parking",
            "Netty floor with wake: key, paced",
            "C floor: key, paced",
            "dmore: key, 10 clients watch",
            "dmore: key, full-screen update under way",
            "bridge: keys, 48 at once");
    assertThat(file.figure("dmore", "key, paced", "p50_us")).contains(20.0);
    assertThat(file.figure("dmore", "key, paced", "p90_us")).contains(30.0);
    assertThat(file.figure("dmore", "key, paced", "p99_us")).contains(40.0);
    assertThat(file.figure("dmore", "key, paced", "p999_us")).contains(1200.4);
    assertThat(file.figure("dmore", "key, paced", "max_us")).contains(12345.0);
    assertThat(file.figure("dmore", "key, paced", "mean_us")).contains(21.0);
    assertThat(file.figure("dmore", "key, paced", "key_thread_bytes")).contains(3.0);
    assertThat(file.figure("C floor", "key, paced", "key_thread_bytes")).isEmpty();
    assertThat(file.versions()).containsEntry("cc", "cc 12");
  }

  @Test
  void aBenchmarkOfWhichOnlyTheMeanIsKnownHasNoPercentiles() {
    String report =
        report(
            new Measurement(
                "BridgeBenchmark.batch",
                0.1234,
                Optional.empty(),
                OptionalDouble.of(0),
                OptionalDouble.empty(),
                OptionalDouble.empty()));

    assertThat(report.lines().toList().get(2))
        .matches("\\| bridge: to guest, 48 at once \\| 0\\.12 \\|( +- \\|){5} +0 \\|( +- \\|){4}");
  }

  @Test
  void everyLineOfTheTableIsAsLongAsTheOthers() {
    List<String> table =
        report(
                sampled("KeystrokeBenchmark.paced", 1, 0),
                sampled("BridgeBenchmark.publish", 123_456, 7))
            .lines()
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(table).hasSize(4).allMatch(line -> line.length() == table.get(0).length());
  }

  @Test
  void theMachineStandsBelow() {
    assertThat(report())
        .contains(
            "- cpu: A CPU, cores 2",
            "- kernel: Linux 6 amd64",
            "- jdk: A VM 17",
            "- load average at start: 0.50",
            "- date: 2026-11-21T00:00:00Z",
            "- command: `dmore bench keystroke`");
  }

  @Test
  void thisMachineCanBeDescribed() {
    Machine machine = Machine.here("dmore bench keystroke");

    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.cores()).isPositive();
    assertThat(machine.markdown()).doesNotContain("null");
  }

  @Test
  void aRowOfAnotherWidthIsRefused() {
    TextTable table = new TextTable(List.of("a", "b"));

    assertThatThrownBy(() -> table.add(List.of("1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cells=1");
  }

  @Test
  void threadsAreToldByTheirNames() {
    assertThat(ThreadAllocation.Role.of("console-3-1")).isEqualTo(ThreadAllocation.Role.LOOP);
    assertThat(ThreadAllocation.Role.of("floor-2-1")).isEqualTo(ThreadAllocation.Role.LOOP);
    assertThat(ThreadAllocation.Role.of("event-pump")).isEqualTo(ThreadAllocation.Role.PUMP);
    assertThat(ThreadAllocation.Role.of("bench/vcpu0")).isEqualTo(ThreadAllocation.Role.GUEST);
    assertThat(ThreadAllocation.Role.of("org.dmore.benchmarks.X-jmh-worker-1"))
        .isEqualTo(ThreadAllocation.Role.BENCHMARK);
    assertThat(ThreadAllocation.Role.of("main")).isEqualTo(ThreadAllocation.Role.OTHER);
  }

  private static String report(Measurement... measurements) {
    return new KeystrokeReport(List.of(measurements), MACHINE).markdown();
  }

  private static Measurement sampled(String name, double p50, double bytes) {
    return new Measurement(
        name,
        p50 + 1,
        Optional.of(new Measurement.Spread(p50, p50 + 10, p50 + 20, 1200.4, 12345)),
        OptionalDouble.of(bytes),
        OptionalDouble.of(bytes),
        OptionalDouble.empty());
  }
}
