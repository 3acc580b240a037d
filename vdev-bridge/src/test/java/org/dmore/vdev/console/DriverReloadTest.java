package org.dmore.vdev.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.RawFramebuffer;
import org.dmore.vdev.bench.StateLog;
import org.dmore.vdev.frontend.XenbusFrontend;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenbusState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Linux's drivers and kernels as they come and go, and a toolstack that takes devices away. */
class DriverReloadTest {
  private DeviceBench bench;
  private BenchGuest guest;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
    guest = bench.guest();
  }

  @AfterEach
  void nothingWasSaidAgainstTheGuest() throws Exception {
    try (DeviceBench closing = bench) {
      closing.assertLoopIsPrompt();
      closing.log().assertQuiet();
      assertThat(closing.log().guestFaults()).isEmpty();
    }
  }

  private void awaitState(DeviceType type, String state) {
    await(type + "=" + state)
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(type).equals(state));
  }

  private static void awaitDriver(XenbusFrontend driver, XenbusState state) {
    await("driver " + state).atMost(DeviceBench.SOON).until(() -> driver.state() == state);
  }

  private void awaitTyped(BenchGuest who, int... keys) {
    List<Integer> expected = IntStream.of(keys).boxed().toList();
    await("keys " + expected)
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(who.pressed()).endsWith(expected.toArray(Integer[]::new)));
  }

  private void awaitKeyboardServed() {
    awaitDriver(guest.keyboard(), XenbusState.CONNECTED);
    awaitState(DeviceType.KEYBOARD, "4");
    bench.awaitKeyboard();
  }

  @Test
  void aDriverThatIsBoundAgainAtOnceIsServed() throws Exception {
    bench.connectAll();
    for (int round = 1; round <= 50; round++) {
      String before = bench.connection(DeviceType.KEYBOARD);
      guest.rebindKeyboard();
      bench.awaitConnectionAfter(DeviceType.KEYBOARD, before);
      awaitKeyboardServed();
      bench.press(round);
      awaitTyped(guest, round);
    }
  }

  @Test
  void aDriverThatIsBoundAgainLaterAndFindsUsClosedIsServed() throws Exception {
    bench.connectAll();
    for (int round = 1; round <= 20; round++) {
      bench.settle();
      guest.removeKeyboard();
      awaitState(DeviceType.KEYBOARD, "6");
      bench.settle();
      guest.probeKeyboard();
      awaitKeyboardServed();
      bench.press(round);
      awaitTyped(guest, round);
    }
  }

  @Test
  void aDriverThatIsLoadedAgainGetsTheModifiersThatAreStillHeldAndNoOthers() throws Exception {
    bench.connectAll();
    bench.press(42, 29, 30);
    awaitTyped(guest, 42, 29, 30);
    guest.removeKeyboard();
    bench.awaitNoKeyboard();
    assertThat(guest.held()).isEmpty();
    bench.release(29);
    guest.probeKeyboard();
    awaitKeyboardServed();
    bench.press(31);
    awaitTyped(guest, 42, 29, 30, 42, 31);
    assertThat(guest.held()).containsExactlyInAnyOrder(42, 31);
  }

  @Test
  void aFramebufferDriverThatIsBoundAgainIsShown() throws Exception {
    bench.connectAll();
    for (int round = 1; round <= 20; round++) {
      int colour = round * 0x010203;
      String before = bench.connection(DeviceType.FRAMEBUFFER);
      guest.removeFramebuffer();
      if (round % 2 == 0) {
        bench.awaitNoDesktop();
      }
      guest.probeFramebuffer();
      bench.seedUntilShownAfter(before);
      awaitDriver(guest.framebuffer(), XenbusState.CONNECTED);
      guest.draw(3, 4, colour);
      await("drawn").atMost(DeviceBench.SOON).until(() -> bench.pixel(3, 4) == colour);
    }
  }

  @Test
  void grantsOfADriverThatIsGoneAreNotTakenForThoseOfTheNext() throws Exception {
    bench.connectAll();
    guest.removeFramebuffer();
    awaitState(DeviceType.FRAMEBUFFER, "6");
    assertThat(bench.store().read(bench.backendNode(DeviceType.FRAMEBUFFER, "fb-page-ref")))
        .isEmpty();
    guest.probeFramebuffer(); // at the same frames
    bench.settle();
    assertThat(bench.consoled().query(GuestConsole::isDesktopLive)).isFalse();
    bench.seedFramebuffer();
    bench.awaitDesktop();
  }

  @Test
  void aKernelThatShutsDownIsAnsweredWithClosingFirst() throws Exception {
    bench.connectAll();
    awaitDriver(guest.keyboard(), XenbusState.CONNECTED);
    awaitDriver(guest.framebuffer(), XenbusState.CONNECTED);
    guest.shutdown();
    await("no device is waited for")
        .atMost(DeviceBench.SOON)
        .until(() -> guest.keyboard().isDown() && guest.framebuffer().isDown());
    awaitState(DeviceType.KEYBOARD, "6");
    awaitState(DeviceType.FRAMEBUFFER, "6");
  }

  @Test
  void aKernelThatStartsInPlaceOfAnotherFindsTheStatesItWaitsFor() throws Exception {
    bench.connectAll();
    awaitKeyboardServed();
    BenchGuest next = bench.sameDomainAnew();
    for (String device : List.of("vkbd", "vfb")) {
      DeviceType type = device.equals("vkbd") ? DeviceType.KEYBOARD : DeviceType.FRAMEBUFFER;
      guest.write("device/" + device + "/0/state", "5");
      awaitState(type, "5");
      StateLog states = bench.logStates(type);
      guest.write("device/" + device + "/0/state", "6");
      // Nobody is there to take the invitation: a kernel that boots finds CLOSED.
      await("closed again")
          .atMost(DeviceBench.SOON)
          .untilAsserted(() -> assertThat(states.seen()).endsWith("6", "2", "6"));
      guest.write("device/" + device + "/0/state", "1");
      awaitState(type, "2");
    }
    next.probeKeyboard();
    awaitDriver(next.keyboard(), XenbusState.CONNECTED);
    bench.awaitKeyboard();
    bench.press(30);
    awaitTyped(next, 30);
  }

  @Test
  void aToolstackThatTakesTheDevicesIsAnsweredAndHasTheLastWord() throws Exception {
    bench.connectAll();
    StateLog states = bench.logStates(DeviceType.KEYBOARD);
    bench.withdraw(DeviceType.KEYBOARD);
    bench.withdraw(DeviceType.FRAMEBUFFER);
    awaitState(DeviceType.KEYBOARD, "6");
    awaitState(DeviceType.FRAMEBUFFER, "6");
    bench.awaitNoKeyboard();
    bench.awaitNoDesktop();
    awaitDriver(guest.keyboard(), XenbusState.CLOSED);
    guest.write("device/vkbd/0/state", "1");
    guest.write("device/vkbd/0/event-channel", "77");
    guest.write("device/vkbd/0/state", "3");
    guest.write("device/vkbd/0/state", "6");
    bench.settle();
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEqualTo("6");
    assertThat(states.seen()).endsWith("6");
    bench.detachDevices(guest.id());
    bench.settle();
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEmpty();
    assertThat(bench.store().list("/local/domain/" + bench.domR().id() + "/backend/vkbd"))
        .hasValueSatisfying(left -> assertThat(left).isEmpty());
    bench.attachDevices();
    BenchGuest again = bench.sameDomainAnew();
    again.probeKeyboard();
    awaitDriver(again.keyboard(), XenbusState.CONNECTED);
    bench.awaitKeyboard();
  }

  @Test
  void aRequestToCloseIsNotOverwrittenWhileTheGuestConnects() throws Exception {
    for (int round = 0; round < 20; round++) {
      guest.probeKeyboard();
      bench.withdraw(DeviceType.KEYBOARD);
      awaitState(DeviceType.KEYBOARD, "6");
      bench.settle();
      assertThat(bench.backendState(DeviceType.KEYBOARD)).isEqualTo("6");
      guest.removeKeyboard();
      bench.attachDevices();
      guest = bench.sameDomainAnew();
    }
  }

  @Test
  void whatIsDrawnBeforeTheDriverMayTellOfItIsShown() throws Exception {
    List<String> damage = new CopyOnWriteArrayList<>();
    bench.listenToDamage(damage);
    guest.probeFramebuffer();
    bench.seedFramebuffer();
    bench.awaitDesktop();
    awaitDriver(guest.framebuffer(), XenbusState.CONNECTED);
    Object unused =
        guest.run(
            () -> {
              guest.framebuffer().putRow(9, 9, new int[] {0x445566}, 0, 1); // tells nothing of it
              return "";
            });
    damage.clear();
    await("all is damaged without a word from the guest")
        .atMost(DeviceBench.SOON)
        .until(() -> damage.contains("0 0 160 120"));
    damage.clear();
    guest.draw(1, 1, 0x111111);
    await("its first word damages all")
        .atMost(DeviceBench.SOON)
        .until(() -> damage.containsAll(List.of("0 0 160 120", "1 1 1 1")));
    damage.clear();
    guest.draw(2, 2, 0x222222);
    await("its second word").atMost(DeviceBench.SOON).until(() -> damage.contains("2 2 1 1"));
    assertThat(damage).containsExactly("2 2 1 1");
  }

  @Test
  void anOldDriverThatReadsTheFeaturesAtASecondConnectedGetsOne() throws Exception {
    StateLog states = bench.logStates(DeviceType.FRAMEBUFFER);
    new RawFramebuffer(bench, 2).shape(16, 16, 64, 8192, 32).grant().offer("3");
    bench.awaitDesktop();
    awaitState(DeviceType.FRAMEBUFFER, "4");
    int before = states.seen().size();
    guest.write("device/vfb/0/state", "4");
    await("CONNECTED again")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(states.seen()).hasSize(before + 1).endsWith("4"));
    bench.settle();
    assertThat(states.seen()).hasSize(before + 1);
  }

  @Test
  void aFrontendThatMayBeReadTooLateIsServedWhenItMay() throws Exception {
    String frontend = bench.id(DeviceType.KEYBOARD).frontendPath();
    NodePermissions right = bench.store().permissions(frontend);
    setPermissions(frontend, NodePermissions.ownedBy(guest.id()));
    awaitState(DeviceType.KEYBOARD, "6");
    guest.probeKeyboard(); // finds it closed and closes
    awaitDriver(guest.keyboard(), XenbusState.CLOSED);
    setPermissions(frontend, right);
    awaitKeyboardServed();
    bench.press(30);
    awaitTyped(guest, 30);
  }

  private void setPermissions(String directory, NodePermissions permissions) throws Exception {
    bench.store().setPermissions(directory, permissions);
    for (String name : bench.store().list(directory).orElseThrow()) {
      bench.store().setPermissions(directory + "/" + name, permissions);
    }
  }

  @Test
  void aDriverThatFlapsIsFollowedToTheEnd() throws Exception {
    bench.connectAll();
    BenchGuest sane = bench.sameDomainAnew();
    for (int round = 0; round < 40; round++) {
      guest.write("device/vkbd/0/state", List.of("3", "6", "4", "1", "5").get(round % 5));
    }
    guest.write("device/vkbd/0/state", "6");
    awaitState(DeviceType.KEYBOARD, "6");
    guest.write("device/vkbd/0/state", "1");
    awaitState(DeviceType.KEYBOARD, "2");
    sane.probeKeyboard();
    awaitDriver(sane.keyboard(), XenbusState.CONNECTED);
    bench.awaitKeyboard();
    bench.press(17);
    awaitTyped(sane, 17);
  }
}
