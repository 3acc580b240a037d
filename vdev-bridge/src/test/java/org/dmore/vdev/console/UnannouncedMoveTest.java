package org.dmore.vdev.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.RawFramebuffer;
import org.dmore.xen.Access;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A DomR that somebody moves by hand, and a guest that makes it look so. */
class UnannouncedMoveTest {
  private DeviceBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
  }

  @AfterEach
  void close() throws Exception {
    try (DeviceBench closing = bench) {
      closing.assertLoopIsPrompt();
      closing.log().assertQuiet();
    }
  }

  /** On real Xen either of the two harms: the kernel warns, or kills the process. */
  private void assertNothingDeadWasTouched() {
    assertThat(bench.log().problems())
        .noneMatch(line -> line.contains("closed after its domain moved"))
        .noneMatch(line -> line.contains("was dead already"))
        .noneMatch(line -> line.contains("guest fault"));
  }

  @ParameterizedTest(name = "anotherNumber={0} nodesFirst={1}")
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void whatItCutIsLeftAloneAndTheNextGuestIsServed(boolean anotherNumber, boolean nodesFirst)
      throws Exception {
    bench.connectAll();
    bench.press(1);
    await("typed").atMost(DeviceBench.SOON).until(() -> bench.guest().pressed().size() == 1);
    String former = bench.backendNode(DeviceType.KEYBOARD, "state");
    bench.moveUnannounced(
        anotherNumber ? 3 : 0,
        () -> {
          if (nodesFirst) {
            bench.newGuestUnanswered("there");
          }
          return "";
        });
    if (nodesFirst && !anotherNumber) {
      assertThat(bench.backendNode(DeviceType.KEYBOARD, "state")).isEqualTo(former);
    }
    bench.awaitNoKeyboard();
    bench.awaitNoDesktop();
    bench.settle();
    assertNothingDeadWasTouched();
    if (!nodesFirst) {
      bench.newGuestUnanswered("there");
    }
    await("offered")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("2"));
    bench.connectAll();
    bench.press(2);
    await("typed there")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(bench.guest().pressed()).endsWith(2));
    assertNothingDeadWasTouched();
    assertThat(bench.log().problems()).isNotEmpty().allMatch(line -> line.contains("nnounced"));
  }

  @Test
  void modifiersThatWereDownArePressedAgain() throws Exception {
    bench.connectAll();
    bench.press(42, 30);
    await("typed").atMost(DeviceBench.SOON).until(() -> bench.guest().pressed().size() == 2);
    bench.moveUnannounced(
        3,
        () -> {
          bench.newGuestUnanswered("there"); // the same, as far as consoled can tell
          return "";
        });
    bench.awaitNoKeyboard();
    bench.press(31);
    bench.release(42);
    bench.press(32);
    await("offered")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("2"));
    bench.connectAll();
    await("typed there")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(bench.guest().pressed()).containsExactly(42, 31, 32));
    assertThat(bench.guest().held()).containsExactlyInAnyOrder(31, 32);
    assertNothingDeadWasTouched();
  }

  @Test
  void aGuestThatFillsItsPagesWithOnesIsLetGoInOrder() throws Exception {
    BenchGuest guest = bench.guest();
    long frame = guest.ports().memory().allocate(1);
    SharedPage page = guest.ports().memory().window(frame, 1);
    GrantRef gref = guest.ports().grantOffers().offer(bench.domR().id(), frame, Access.READ_WRITE);
    EventPort port = guest.ports().eventChannels().allocateUnbound(bench.domR().id());
    guest.write("device/vkbd/0/page-gref", gref.toString());
    guest.write("device/vkbd/0/event-channel", port.toString());
    RawFramebuffer fb = new RawFramebuffer(bench, 2).shape(16, 16, 64, 8192, 32).grant();
    fb.offer("4");
    bench.awaitDesktop();
    for (String ending : List.of("6", "1", "5")) {
      guest.write("device/vkbd/0/state", "4");
      bench.awaitKeyboard();
      page.fill(0, SharedPage.PAGE_SIZE, (byte) 0xff);
      guest.write("device/vkbd/0/state", ending);
      bench.awaitNoKeyboard();
      page.fill(0, SharedPage.PAGE_SIZE, (byte) 0);
    }
    fb.page().fill(0, SharedPage.PAGE_SIZE, (byte) 0xff);
    guest.write("device/vfb/0/state", "6");
    bench.awaitNoDesktop();
    bench.settle();
    guest.ports().grantOffers().revoke(gref); // would be refused while it is mapped
    assertThat(bench.log().problems()).noneMatch(line -> line.contains("nnounced"));
    bench.host().destroy(guest.domain());
    assertThat(bench.host().lingering()).isEmpty();
  }
}
