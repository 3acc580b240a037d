package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeersReportTest {
  private static ResultFile.Row row(String subject, String situation, double p50, double p99) {
    return ResultFile.Row.of(
        subject,
        situation,
        Map.of(
            "p50_us", p50, "p90_us", p50 + 1, "p99_us", p99, "max_us", 5000.0, "mean_us", p50 + 2));
  }

  private static PeersReport report(ResultFile.Row... rows) {
    return new PeersReport(
        new ResultFile(
            "peers",
            Machine.here("dmore bench peers"),
            new TreeMap<>(Map.of("Xvnc", "1.12.0")),
            List.of(rows)));
  }

  @Test
  void aRowHasItsFiguresAndTheRatioOfMedians() {
    String text =
        report(row("dmore", "key, at rest", 50, 90), row("Xvnc", "key, at rest", 75, 120))
            .markdown();

    assertThat(text)
        .containsPattern(
            "\\| Xvnc +\\| +key, at rest \\| +75\\.0 \\| +76\\.0 \\| +120\\.0 \\| +5000 \\| +77\\.0 \\|"
                + " +1\\.50 \\|")
        .contains("- Xvnc: 1.12.0\n", "- command: `dmore bench peers`");
  }

  @Test
  void aGoalIsSetByTheBestPeerAndNotByTheFloor() {
    assertThat(
            report(
                    row("dmore", "key, at rest", 50, 90),
                    row("Xvnc", "key, at rest", 75, 120),
                    row("QEMU", "key, at rest", 60, 80),
                    row("C floor", "key, at rest", 10, 20))
                .markdown()
                .lines())
        .anyMatch(line -> line.matches("- met: peers: p50_us .*at rest.*: is 50, at most 60"))
        .anyMatch(line -> line.matches("- not met: peers: p99_us .*at rest.*: is 90, at most 80"));
  }

  @Test
  void thePicturesGoalIsATime() {
    assertThat(
            report(row("dmore", "key to pixel", 300, 1001), row("Xvnc", "key to pixel", 9000, 9900))
                .markdown()
                .lines())
        .anyMatch(line -> line.matches("- met: peers: p50_us .*: is 300, at most 300"))
        .anyMatch(line -> line.matches("- not met: peers: p99_us .*: is 1001, at most 1000"));
  }

  @Test
  void whatIsNotMeasuredHasNoRatioAndNoGoal() {
    String text = report(row("Xvnc", "key, at rest", 75, 120)).markdown();

    assertThat(text).doesNotContain("met:").containsPattern("\\| +77\\.0 \\| +- \\| +- \\|");
  }
}
