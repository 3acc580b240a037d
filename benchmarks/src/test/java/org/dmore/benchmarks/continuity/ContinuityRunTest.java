package org.dmore.benchmarks.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContinuityRunTest {
  private static final Workload WORKLOAD = new Workload(200, 1, 3, SourceEnd.DESTROYED);

  /** Small VMs that stand still for long, so that somebody types meanwhile on any machine. */
  private static DemoSettings settings() {
    DemoSettings small = DemoSettings.of(ConsoledConfig.forGuest("test", "")).small();
    return new DemoSettings(
        small.console(),
        small.security(),
        small.domUMemory(),
        small.domRMemory(),
        small.bandwidth(),
        Duration.ofMillis(500),
        MigrationSettings.DEFAULT.withPausedBound(Duration.ofSeconds(20)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"RECONNECT", "PROXY"})
  void whatIsTypedToAServerWhoseGuestStandsStillIsLost(Way way) throws Exception {
    try (ContinuityRun run = new ContinuityRun(way, WORKLOAD, settings())) {
      for (int i = 0; i < 2; i++) {
        MoveResult result = run.move();
        assertThat(result.lost()).isPositive().isLessThan(result.typed());
        assertThat(result.isExact()).isFalse();
        assertThat(result.cuts()).isEqualTo(way == Way.PROXY ? 0 : 1);
        assertThat(result.times().domU()).isPositive();
      }
    }
  }

  @Test
  void thePairIsExactThereToo() throws Exception {
    try (ContinuityRun run = new ContinuityRun(Way.PAIR, WORKLOAD, settings())) {
      for (int i = 0; i < 2; i++) {
        MoveResult result = run.move();
        assertThat(result.isExact()).as("%s", result).isTrue();
        assertThat(result.times().pair().orElseThrow().held()).isPositive();
      }
    }
  }
}
