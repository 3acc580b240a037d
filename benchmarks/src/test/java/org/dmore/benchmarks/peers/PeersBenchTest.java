package org.dmore.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every server, from its start to its end. */
class PeersBenchTest {
  private static final PeersPlan FEW =
      new PeersPlan(2, 20, 4, 12, 3, Duration.ofSeconds(5), Duration.ZERO, 3);

  @ParameterizedTest
  @EnumSource(Subject.class)
  void eachKeyIsAnsweredAndEachDrawingSeen(Subject subject) throws Exception {
    BenchTests.requireNothingOf(subject.missing());
    Set<Long> before = BenchTests.children();
    PeersBench bench = new PeersBench(FEW, List.of(subject));
    List<String> steps = new ArrayList<>();

    bench.run(steps::add);

    assertThat(steps).containsExactly("[1/2] " + subject.title(), "[2/2] " + subject.title());
    ResultFile result = bench.result(Machine.here("test"));
    assertThat(keys(result, subject, Situation.KEY_AT_REST)).isEqualTo(2.0 * 4);
    assertThat(keys(result, subject, Situation.KEY_BACK_TO_BACK)).isEqualTo(2.0 * 12);
    if (subject == Subject.FLOOR) {
      assertThat(result.rows()).hasSize(2);
    } else {
      assertThat(keys(result, subject, Situation.KEY_TO_PIXEL)).isEqualTo(2.0 * 3);
    }
    assertThat(result.rows())
        .allSatisfy(
            row ->
                assertThat(row.figures().get("p50_us"))
                    .isPositive()
                    .isLessThanOrEqualTo(row.figures().get("max_us")));
    assertThat(result.versions()).containsKey("dmore");
    assertThat(BenchTests.children()).as("processes that were left").isEqualTo(before);
  }

  @Test
  void roundsTakeTheServersInOtherOrders() throws Exception {
    BenchTests.requireNothingOf(Subject.LIBVNCSERVER.missing());
    BenchTests.requireNothingOf(Subject.FLOOR.missing());
    List<String> steps = new ArrayList<>();
    PeersBench bench =
        new PeersBench(
            FEW, List.of(Subject.LIBVNCSERVER, Subject.LIBVNCSERVER_AT_ONCE, Subject.FLOOR));

    bench.run(steps::add);

    assertThat(steps)
        .containsExactly(
            "[1/6] libvncserver",
            "[2/6] libvncserver, no deferral",
            "[3/6] C floor",
            "[4/6] libvncserver, no deferral",
            "[5/6] C floor",
            "[6/6] libvncserver");
  }

  private static double keys(ResultFile result, Subject subject, Situation situation) {
    return result.figure(subject.title(), situation.title(), "measured_keys").orElseThrow();
  }
}
