package org.dmore.benchmarks.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NativeFloorRigTest {
  private static final int KEYS = 2000;

  @BeforeEach
  void aCompilerIsThere() {
    assumeTrue(FloorProgram.isAvailable(), "no cc");
  }

  @Test
  void everyKeyIsCountedWhetherTheClientSpinsOrSleeps() throws Exception {
    try (NativeFloorRig rig = new NativeFloorRig()) {
      for (int sent = 1; sent <= KEYS; sent++) {
        rig.client().send();
        if (sent % 2 == 0) {
          rig.keys().awaitSpinning(sent);
        } else {
          rig.keys().awaitParking(sent);
        }
        assertThat(rig.keys().count()).isEqualTo(sent);
      }
    }
  }

  @Test
  void theProcessEndsWithTheRig() throws Exception {
    NativeFloorRig rig = new NativeFloorRig();
    assertThat(rig.process().isAlive()).isTrue();
    rig.close();
    assertThat(rig.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(rig.process().exitValue()).isZero();
  }

  @Test
  void theProcessEndsWithTheJvmThatStartedItAsItsInputDoes() throws Exception {
    try (NativeFloorRig rig = new NativeFloorRig()) {
      rig.process().getOutputStream().close();
      assertThat(rig.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aClientThatSleepsIsNotLeftWaitingForAProcessThatHasEnded() throws Exception {
    try (NativeFloorRig rig = new NativeFloorRig()) {
      rig.process().destroyForcibly().waitFor();
      assertThatThrownBy(() -> rig.keys().awaitParking(1))
          .isInstanceOfAny(IllegalStateException.class, java.io.UncheckedIOException.class);
    }
  }

  @Test
  void theCompilerSaysItsVersion() throws IOException, InterruptedException {
    assertThat(FloorProgram.compilerVersion()).hasValueSatisfying(v -> assertThat(v).isNotBlank());
  }
}
