package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalsTest {
  private static final double ANY = 1.0;

  /**
   * Figures of the one under test and of another; the first pair meets the goal, the second not,
   * nor as many goals as the last column says.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "peers; dmore; key, at rest; p50_us; 40; 41; Xvnc; 40; 2",
        "peers; dmore; key, at rest; p50_us; 40; 41; libvncserver, application woken; 40; 2",
        "peers; dmore; key, at rest; p50_us; 40; 41; libvncserver, no deferral; 40; 1",
        "peers; dmore; key, at rest; p50_us; 40; 41; libvncserver; 40; 1",
        "peers; dmore; key, at rest; p99_us; 40; 41; Xvnc; 40; 2",
        "peers; dmore; key, back to back; p50_us; 40; 40.1; QEMU; 40; 2",
        "peers; dmore; key, back to back; p99_us; 40; 40.1; QEMU; 40; 2",
        "peers; dmore; key to pixel; p50_us; 30; 31; Xvnc; 30; 1",
        "peers; dmore; key to pixel; p99_us; 30; 31; libvncserver, application woken; 30; 1",
        "peers; dmore; key to pixel; p50_us; 300; 301; libvncserver; 1; 1",
        "peers; dmore; key to pixel; p99_us; 1000; 1000.5; libvncserver; 1; 1",
        "keystroke; dmore; key, spinning; p50_us; 13; 13.1; C floor; 10; 1",
        "keystroke; dmore; key, parking; p50_us; 13; 13.1; C floor; 10; 1",
        "keystroke; dmore; key, paced; p50_us; 13; 13.1; C floor; 10; 1",
        "keystroke; bridge; key, spinning; key_thread_bytes; 0; 8; C floor; 100; 1",
        "keystroke; bridge; anything else; key_thread_bytes; 0.01; 24; C floor; 100; 1",
        "lab-keystroke; dmore in DomR; key to answer; p50_us; 90; 91; QEMU in dom0; 90; 1",
        "video; dmore; video, ZRLE; bytes_per_frame; 40; 41; Xvnc; 40; 1",
        "video; dmore; video, ZRLE; bytes_per_frame; 40; 41; libvncserver; 40; 1",
        "video; dmore; terminal, Tight; cpu_s_per_mpixel; 0.01; 0.011; Xvnc; 0.01; 1",
        "video; dmore; terminal, Tight; cpu_s_per_mpixel; 0.01; 0.011; libvncserver; 0.01; 1",
        "continuity; the pair; a move; lost_keys; 0; 1; Xvnc; 50; 1",
        "continuity; the pair; a move; doubled_keys; 0; 1; Xvnc; 50; 1",
        "continuity; the pair; a move; moved_keys; 0; 1; Xvnc; 50; 1",
        "continuity; the pair; a move; cut_connections; 0; 1; Xvnc; 50; 1",
        "lab-continuity; the pair; a move; lost_keys; 0; 1; Xvnc; 50; 1",
        "lab-continuity; the pair; a move; doubled_keys; 0; 1; Xvnc; 50; 1",
        "lab-continuity; the pair; a move; moved_keys; 0; 1; Xvnc; 50; 1",
        "lab-continuity; the pair; a move; cut_connections; 0; 1; Xvnc; 50; 1",
      })
  void eachGoalIsMetAndMissed(
      String benchmark,
      String subject,
      String situation,
      String figure,
      double good,
      double bad,
      String other,
      double others,
      int goals) {
    Goals met = goals(benchmark, situation, figure, Map.of(subject, good, other, others));
    Goals missed = goals(benchmark, situation, figure, Map.of(subject, bad, other, others));
    Goals noNumber =
        goals(benchmark, situation, figure, Map.of(subject, Double.NaN, other, others));

    assertThat(met.applied()).isTrue();
    assertThat(met.missed()).isEmpty();
    assertThat(met.markdown()).contains("| met").doesNotContain("MISSED");
    assertThat(missed.missed())
        .hasSize(goals)
        .allSatisfy(goal -> assertThat(goal).contains(benchmark, subject, situation, figure));
    assertThat(missed.markdown()).contains("MISSED");
    assertThat(noNumber.missed()).hasSizeGreaterThanOrEqualTo(goals);
  }

  @Test
  void everyGoalIsInTheTableAbove() {
    assertThat(Goals.ALL).hasSize(30);
  }

  @Test
  void aFigureIsHeldToAnotherOfItsRow() {
    assertThat(spread(50, 150).missed()).isEmpty();
    assertThat(spread(50, 151).missed())
        .singleElement()
        .asString()
        .contains("3 times its own p50_us", "is 151, at most 150");
  }

  private static Goals spread(double p50, double p99) {
    ResultFile.Row row =
        ResultFile.Row.of("dmore", "key, paced", Map.of("p50_us", p50, "p99_us", p99));
    return new Goals(
        List.of(new ResultFile("keystroke", Machine.here("test"), new TreeMap<>(), List.of(row))));
  }

  @Test
  void theBestOfSeveralPeersCountsAndTheFloorIsNone() {
    Map<String, Double> figures =
        Map.of("dmore", 50.0, "Xvnc", 60.0, "QEMU", 49.0, "libvncserver", 70.0, "C floor", 1.0);
    assertThat(goals("peers", "key, at rest", "p50_us", figures).missed())
        .hasSize(2)
        .allSatisfy(goal -> assertThat(goal).contains("is 50, at most 49"));
    assertThat(
            goals("peers", "key, at rest", "p50_us", Map.of("dmore", 5.0, "C floor", 1.0))
                .applied())
        .isFalse();
  }

  @Test
  void goalsWithoutFiguresAreNamed() {
    Goals goals = goals("peers", "key to pixel", "p50_us", Map.of("dmore", ANY));
    assertThat(goals.withoutFigures()).hasSize(Goals.ALL.size() - 1);
    assertThat(goals.markdown()).contains("No figures for:\n- peers: p50_us of \"dmore\"");
  }

  @Test
  void nothingAppliesToAnotherBenchmark() {
    Goals goals = goals("strange", "key, at rest", "p50_us", Map.of("dmore", ANY, "Xvnc", ANY));
    assertThat(goals.applied()).isFalse();
    assertThat(goals.withoutFigures()).hasSize(Goals.ALL.size());
  }

  private static Goals goals(
      String benchmark, String situation, String figure, Map<String, Double> bySubject) {
    List<ResultFile.Row> rows = new ArrayList<>();
    bySubject.forEach(
        (subject, value) -> rows.add(ResultFile.Row.of(subject, situation, Map.of(figure, value))));
    return new Goals(
        List.of(new ResultFile(benchmark, Machine.here("test"), new TreeMap<>(), rows)));
  }
}
