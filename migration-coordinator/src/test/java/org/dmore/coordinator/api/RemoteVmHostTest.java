package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.host.HotplugGuest;
import org.dmore.coordinator.host.PairBench;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedded host with a real console, all of it done from elsewhere. */
class RemoteVmHostTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  @TempDir private Path folder;

  @Test
  void aConsoleIsAttachedAndItsReceiptReadOverTheNetwork() throws Exception {
    try (PairBench bench = new PairBench();
        EmbeddedVmHost alpha = new EmbeddedVmHost(bench.alpha(), (vm, options) -> options);
        ApiRig rig = new ApiRig(folder, ApiLimits.DEFAULT, Optional.of(alpha), Set.of())) {
      RemoteVmHost remote = new RemoteVmHost("alpha", rig.remote("beta", Role.HOST));
      remote.check();
      Consoled consoled = bench.startDomR(PairBench.DOM_R);
      HotplugGuest guest = bench.createGuest(PairBench.DOM_U);
      DomainId domU = remote.find(PairBench.DOM_U).orElseThrow();
      DomainId domR = remote.find(PairBench.DOM_R).orElseThrow();

      assertThat(remote.vms()).containsExactlyInAnyOrder(PairBench.DOM_U, PairBench.DOM_R);
      assertThat(remote.isRunning(PairBench.DOM_U)).isFalse();
      assertThat(remote.memoryOf(PairBench.DOM_U)).isEqualTo(32 << 20);
      assertThat(remote.freeMemory()).isEqualTo(alpha.freeMemory()).isPositive();
      assertThat(remote.totalMemory()).isEqualTo(256 << 20);
      assertThat(remote.agent().keyboardFrame(domU)).isEmpty();

      remote.agent().attachDevices(ConsoleId.only(domR), domU);
      remote.unpause(PairBench.DOM_U);
      bench.awaitConnected(consoled);
      bench.type(consoled, guest, 30, 48, 46);

      assertThat(remote.isRunning(PairBench.DOM_U)).isTrue();
      OptionalLong frame = remote.agent().keyboardFrame(domU);
      assertThat(frame).isEqualTo(alpha.agent().keyboardFrame(domU)).isPresent();
      assertThat(remote.agent().readConsumer(domU, frame.getAsLong()))
          .isEqualTo(alpha.agent().readConsumer(domU, frame.getAsLong()))
          .isGreaterThanOrEqualTo(6);
      ControlMessage status =
          remote.agent().command(ConsoleId.only(domR), ControlMessage.STATUS, Map.of(), SOON);
      assertThat(status.isOk()).isTrue();
      assertThat(status.arguments()).isNotEmpty();

      assertThatThrownBy(
              () -> remote.agent().command(ConsoleId.only(domR), "dance", Map.of(), SOON))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("dance");
      assertThatThrownBy(() -> remote.memoryOf("nobody"))
          .isInstanceOf(IOException.class)
          .hasMessage("vm=nobody is not on host=alpha");

      remote.destroy(PairBench.DOM_U);
      assertThat(remote.find(PairBench.DOM_U)).isEmpty();
      remote.agent().forgetDevices(domU);
    }
  }
}
