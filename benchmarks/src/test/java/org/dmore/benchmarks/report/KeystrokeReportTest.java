package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
  void a_row_tells_percentiles_bytes_and_ratios_of_medians() {
    String report =
        report(
            sampled("KeystrokeBenchmark.parking", 30, 0),
            sampled("FloorBenchmark.parking[wake=false]", 20, 0.01),
            sampled("FloorBenchmark.parking[wake=true]", 25, 12.34));

    assertThat(report.lines())
        .contains(
            "| key to guest, back to back | 31.0 | 30.0 | 40.0 | 50.0 |  1200 | 12345 |    0 |"
                + "        0 |     1.50 |          1.20 |")
        .anyMatch(
            line -> line.startsWith("| floor, back to back        |") && line.contains("1.00"))
        .anyMatch(
            line -> line.startsWith("| floor+wake, back to back") && line.contains("| 12.3 |"));
  }

  @Test
  void a_benchmark_of_which_only_the_mean_is_known_has_no_percentiles() {
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
        .matches("\\| bridge: to guest, 48 at once \\| 0\\.12 \\|( +- \\|){5} +0 \\|( +- \\|){3}");
  }

  @Test
  void every_line_of_the_table_is_as_long_as_the_others() {
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
  void the_machine_stands_below() {
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
  void this_machine_can_be_described() {
    Machine machine = Machine.here("dmore bench keystroke");

    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.cores()).isPositive();
    assertThat(machine.markdown()).doesNotContain("null");
  }

  @Test
  void a_row_of_another_width_is_refused() {
    TextTable table = new TextTable(List.of("a", "b"));

    assertThatThrownBy(() -> table.add(List.of("1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cells=1");
  }

  @Test
  void threads_are_told_by_their_names() {
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
