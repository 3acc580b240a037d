package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.xen.DomainId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A guest that starts again comes under another number; what the toolstack leaves must not bar it.
 */
class RebootTest {
  private DeviceBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
  }

  @AfterEach
  void nothingWasSaidAgainstTheGuest() throws Exception {
    try (DeviceBench closing = bench) {
      closing.assertLoopIsPrompt();
      closing.log().assertQuiet();
      assertThat(closing.log().guestFaults()).isEmpty();
    }
  }

  private void assertServed(int key) {
    BenchGuest guest = bench.guest();
    bench.awaitKeyboard();
    bench.press(key);
    await("key " + key)
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(guest.pressed()).endsWith(key));
  }

  private List<String> backends(DeviceType type) throws Exception {
    String path = "/local/domain/" + bench.domR().id() + "/backend/" + type.node();
    return bench.store().list(path).orElse(List.of());
  }

  @Test
  void theNextGuestIsTakenUpAlthoughNobodyRemovedTheNodesOfTheLast() throws Exception {
    bench.connectAll();
    DomainId last = bench.guest().id();
    bench.host().destroy(bench.guest().domain());
    bench.awaitNoKeyboard();
    bench.settle();
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEqualTo("6");
    bench.newGuest("next");
    assertThat(bench.guest().id()).isNotEqualTo(last);
    bench.connectAll();
    assertServed(5);
    await("what was left is gone")
        .atMost(DeviceBench.SOON)
        .until(() -> backends(DeviceType.KEYBOARD).equals(List.of(bench.guest().id().toString())));
    assertThat(backends(DeviceType.FRAMEBUFFER)).hasSize(1);
  }

  /** Ctrl, Alt and Del, with fingers that are slower than the reboot, and a Shift that stays. */
  @Test
  void theNextGuestGetsTheModifiersThatAreStillHeldAndNoOthers() throws Exception {
    bench.connectAll();
    BenchGuest last = bench.guest();
    bench.press(29, 56, 111, 42);
    await("typed").atMost(DeviceBench.SOON).until(() -> last.pressed().size() == 4);
    last.shutdown();
    bench.awaitNoKeyboard();
    bench.release(111, 56, 29);
    bench.host().destroy(last.domain());
    bench.detachDevices(last.id());
    bench.newGuest("next");
    bench.connectAll();
    assertServed(30);
    assertThat(bench.guest().pressed()).containsExactly(42, 30);
    assertThat(bench.guest().held()).containsExactlyInAnyOrder(42, 30);
    bench.release(42);
    await("let go").atMost(DeviceBench.SOON).until(() -> bench.guest().held().equals(Set.of(30)));
  }

  @Test
  void theNextGuestIsTakenUpWhenTheLastOneDiesAfterItCame() throws Exception {
    bench.connectAll();
    BenchGuest last = bench.guest();
    bench.newGuestBeside("next");
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEqualTo("1");
    bench.host().destroy(last.domain());
    await("offered")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("2"));
    bench.connectAll();
    assertServed(6);
  }

  @Test
  void aGuestThatShutDownAndIsKeptMakesRoomForTheNext() throws Exception {
    bench.connectAll();
    bench.settle();
    BenchGuest kept = bench.guest();
    kept.shutdown();
    bench.awaitNoKeyboard();
    bench.newGuest("next");
    bench.connectAll();
    assertServed(7);
    assertThat(bench.host().find(kept.id())).isPresent();
  }

  @Test
  void aGuestThatCrashedAndIsKeptIsShownAsItWas() throws Exception {
    bench.connectAll();
    bench.guest().draw(4, 4, 0xcc0000);
    await("drawn").atMost(DeviceBench.SOON).until(() -> bench.pixel(4, 4) == 0xcc0000);
    bench.host().pause(bench.guest().domain()); // on_crash=preserve: it is there and never runs
    bench.settle();
    assertThat(bench.pixel(4, 4)).isEqualTo(0xcc0000);
    assertThat(bench.backendState(DeviceType.FRAMEBUFFER)).isEqualTo("4");
    bench.host().unpause(bench.guest().domain());
  }

  @Test
  void aHundredRebootsOfEachKindLeaveNothingBehind() throws Exception {
    // The room's xenstored allows 128 watches and 1000 nodes: a leak of one watch or five nodes a
    // reboot ends this.
    for (int round = 0; round < 200; round++) {
      bench.connectAll();
      assertServed(1 + round % 200);
      BenchGuest last = bench.guest();
      boolean crash = round % 2 == 0;
      if (!crash) {
        await("drivers have seen it").atMost(DeviceBench.SOON).until(last::isConnected);
        last.shutdown();
        bench.awaitNoKeyboard();
      }
      bench.host().destroy(last.domain());
      if (!crash) {
        bench.detachDevices(last.id());
      }
      bench.newGuest("reboot" + round);
    }
    assertThat(bench.host().lingering()).isEmpty();
    assertThat(backends(DeviceType.KEYBOARD)).hasSize(1);
    assertThat(backends(DeviceType.FRAMEBUFFER)).hasSize(1);
  }
}
