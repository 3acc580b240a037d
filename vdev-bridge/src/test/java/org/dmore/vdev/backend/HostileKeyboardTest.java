package org.dmore.vdev.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.vdev.wire.KbdifPage;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that does what it likes with its own page and nodes. After each test the console is as
 * alive as before, and a driver that behaves gets its keys.
 */
class HostileKeyboardTest {
  private static final String DEVICE = "device/vkbd/0";

  private DeviceBench bench;
  private BenchGuest guest;
  private SharedPage page;
  private EventPort port;
  private GrantRef gref;

  @BeforeEach
  void open() throws Exception {
    bench = new DeviceBench();
    guest = bench.guest();
    long frame = guest.ports().memory().allocate(1);
    page = guest.ports().memory().window(frame, 1);
    gref = guest.ports().grantOffers().offer(bench.domR().id(), frame, Access.READ_WRITE);
    port = guest.ports().eventChannels().allocateUnbound(bench.domR().id());
  }

  @AfterEach
  void aDriverThatBehavesGetsItsKeys() throws Exception {
    try (DeviceBench closing = bench) {
      assertThat(closing).isNotNull();
      bench.assertLoopIsPrompt();
      bench.log().assertQuiet();
      BenchGuest sane = bench.guest();
      sane.probeKeyboard();
      // What goes to the attacker's page before the driver's is taken is lost with it.
      await("the driver is served")
          .atMost(DeviceBench.SOON)
          .untilAsserted(
              () -> {
                bench.press(200);
                assertThat(sane.pressed()).contains(200);
              });
      bench.press(201, 202, 203);
      await("keys after the attack")
          .atMost(DeviceBench.SOON)
          .untilAsserted(() -> assertThat(sane.pressed()).endsWith(201, 202, 203));
      sane.removeKeyboard();
      await("closed")
          .atMost(DeviceBench.SOON)
          .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("6"));
      bench.press(204);
      sane.probeKeyboard();
      await("keys after a reload")
          .atMost(DeviceBench.SOON)
          .untilAsserted(() -> assertThat(sane.pressed()).endsWith(201, 202, 203, 204));
      bench.log().assertQuiet();
    }
  }

  private void offer(String pageGref, String channel, String state) throws XenException {
    guest.write(DEVICE + "/page-gref", pageGref);
    guest.write(DEVICE + "/event-channel", channel);
    guest.write(DEVICE + "/state", state);
  }

  private void connect() throws XenException {
    offer(gref.toString(), port.toString(), "4");
    bench.awaitKeyboard();
  }

  private void notifyBackend() {
    guest.ports().eventChannels().notify(port);
  }

  private void pressMany(int count) {
    bench.press(IntStream.range(0, count).map(i -> 130 + i % 60).toArray()); // no modifiers
  }

  private void awaitFault(String kind) {
    await(kind)
        .atMost(DeviceBench.SOON)
        .until(() -> bench.log().guestFaults().stream().anyMatch(line -> line.contains(kind)));
  }

  @ParameterizedTest
  @ValueSource(ints = {62, 9, 1000, 10 + Integer.MIN_VALUE, -1, Integer.MAX_VALUE})
  void aConsumerIndexThatCannotBeIsNotBelieved(int consumer) throws Exception {
    connect();
    pressMany(10);
    page.putIntRelease(KbdifPage.IN_CONS, 10);
    notifyBackend();
    await("consumed").atMost(DeviceBench.SOON).until(() -> bench.consumed() == 10);

    for (int i = 0; i < 100; i++) {
      page.putIntRelease(KbdifPage.IN_CONS, consumer);
      notifyBackend();
    }
    pressMany(60);
    awaitFault(KeyboardRing.BAD_INDEX);
    assertThat(bench.consumed()).isEqualTo(10);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(10 + KbdifPage.IN_RING_LENGTH);

    // A guest that comes to its senses goes on where it was.
    page.putIntRelease(KbdifPage.IN_CONS, 10 + KbdifPage.IN_RING_LENGTH);
    notifyBackend();
    await("the rest of the keys")
        .atMost(DeviceBench.SOON)
        .until(() -> page.getIntAcquire(KbdifPage.IN_PROD) == 70);
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @Test
  void aConsumerIndexThatGoesBackwardsGivesNoRoom() throws Exception {
    connect();
    pressMany(51);
    page.putIntRelease(KbdifPage.IN_CONS, 51);
    notifyBackend();
    pressMany(51);
    page.putIntRelease(KbdifPage.IN_CONS, 50);
    notifyBackend();
    pressMany(51);
    awaitFault(KeyboardRing.BAD_INDEX);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(102);
    assertThat(bench.consoled().waitingEvents()).isEqualTo(51);
  }

  @Test
  void aProducerIndexThatTheGuestOverwritesIsWrittenAnew() throws Exception {
    connect();
    bench.press(30);
    page.putIntRelease(KbdifPage.IN_PROD, 0x12345678);
    notifyBackend();
    bench.press(31);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(2);
  }

  @Test
  void garbageInTheSlotsIsWrittenOver() throws Exception {
    page.fill(KbdifPage.IN_RING_OFFSET, KbdifPage.IN_RING_SIZE, (byte) 0xff);
    connect();
    bench.press(30, 31);
    assertThat(page.getInt(KbdifPage.inSlot(0))).isEqualTo(KbdifEvent.key(true));
    assertThat(page.getInt(KbdifPage.inSlot(1) + KbdifEvent.WORD1)).isEqualTo(31);
  }

  @ParameterizedTest
  @ValueSource(ints = {52, -1, Integer.MIN_VALUE})
  void aPageWhoseIndicesCannotBeIsTakenFromItsConsumerOn(int producer) throws Exception {
    page.putInt(KbdifPage.IN_PROD, producer);
    connect();
    awaitFault("indices out of range");
    bench.press(30);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "999",
        "4095",
        "-1",
        "4096",
        "2147483647",
        "4294967295",
        "99999999999",
        "x",
        "",
        "0x10",
        "1\n2026-01-01 ERROR forged",
        "\u0001\u001b[31m"
      })
  void aGrantThatIsNoneIsRefused(String text) throws Exception {
    for (int i = 0; i < 20; i++) {
      offer(text, port.toString(), "4");
      offer(text, port.toString(), "3");
    }
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEqualTo("2");
  }

  @Test
  void aNodeOfManyWordsIsNotLoggedWhole() throws Exception {
    offer("z".repeat(1900), port.toString(), "4");
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
  }

  @Test
  void aGrantToReadAloneIsRefused() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    GrantRef readOnly =
        guest.ports().grantOffers().offer(bench.domR().id(), frame, Access.READ_ONLY);
    offer(readOnly.toString(), port.toString(), "4");
    bench.settle();
    assertThat(bench.log().guestFaults()).singleElement().asString().contains("read-only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "", "4095", "99999", "99999999999"})
  void anEventChannelThatIsNoneIsRefusedAndThePageLetGo(String text) throws Exception {
    offer(gref.toString(), text, "4");
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
    guest.ports().grantOffers().revoke(gref); // EBUSY if it were mapped still
  }

  @Test
  void anEventChannelOfAnotherDomainIsRefused() throws Exception {
    EventPort forDom0 = guest.ports().eventChannels().allocateUnbound(DomainId.DOM0);
    offer(gref.toString(), forDom0.toString(), "4");
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
    guest.ports().grantOffers().revoke(gref);
  }

  @Test
  void nodesThatAreMissingAreWaitedFor() throws Exception {
    guest.write(DEVICE + "/state", "3");
    bench.settle();
    guest.write(DEVICE + "/page-gref", gref.toString());
    guest.write(DEVICE + "/state", "3");
    bench.settle();
    assertThat(bench.log().problems()).isEmpty();
    guest.write(DEVICE + "/event-channel", port.toString());
    guest.write(DEVICE + "/state", "3");
    bench.awaitKeyboard();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "8", "x", "", "-1", "99999999999", "4.0", "\n"})
  void aStateThatIsNoneChangesNothing(String state) throws Exception {
    connect();
    for (int i = 0; i < 20; i++) {
      guest.write(DEVICE + "/state", state);
      guest.write(DEVICE + "/state", "2");
    }
    guest.write(DEVICE + "/state", state);
    bench.settle();
    assertThat(bench.log().guestFaults()).hasSize(1);
    bench.press(30);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(1);
  }

  @Test
  void statesThatChangeWithoutEndAreFollowedToTheLast() throws Exception {
    long seed = 4711;
    Random random = new Random(seed);
    connect();
    for (int i = 0; i < 1000; i++) {
      guest.write(DEVICE + "/state", Integer.toString(random.nextInt(9)));
      if (i % 100 == 0) {
        bench.assertLoopIsPrompt();
      }
    }
    guest.write(DEVICE + "/state", "6");
    bench.awaitNoKeyboard();
    await("closed, seed=" + seed)
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("6"));
  }

  @Test
  void aDriverThatBeginsAnewUnseenIsConnectedAnew() throws Exception {
    connect();
    bench.press(30);
    guest.ports().eventChannels().unbind(port);
    // All states in between were too fast to be seen; the last one reads as before.
    long frame = guest.ports().memory().allocate(1);
    SharedPage second = guest.ports().memory().window(frame, 1);
    GrantRef other = guest.ports().grantOffers().offer(bench.domR().id(), frame, Access.READ_WRITE);
    EventPort otherPort = guest.ports().eventChannels().allocateUnbound(bench.domR().id());
    offer(other.toString(), otherPort.toString(), "4");
    await("the new page is served")
        .atMost(DeviceBench.SOON)
        .untilAsserted(
            () -> {
              bench.press(31);
              assertThat(second.getIntAcquire(KbdifPage.IN_PROD)).isPositive();
            });
  }

  @Test
  void aFrontendThatVanishesIsLetGo() throws Exception {
    connect();
    bench.press(30, 31);
    bench.store().remove(bench.id(DeviceType.KEYBOARD).frontendPath());
    bench.awaitNoKeyboard();
    await("closed")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("6"));
    bench.press(32);
    bench.detachDevices(guest.id());
    bench.attachDevices();
  }

  @Test
  void aGuestThatIsDestroyedIsLetGo() throws Exception {
    connect();
    pressMany(60);
    bench.host().destroy(guest.domain());
    bench.awaitNoKeyboard();
    pressMany(10);
    assertThat(bench.host().lingering()).isEmpty();
    bench.detachDevices(guest.id());
    bench.newGuest("another");
  }

  @Test
  void anEventChannelThatTheGuestClosesHurtsTheGuestAlone() throws Exception {
    connect();
    guest.ports().eventChannels().unbind(port);
    pressMany(100);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(KbdifPage.IN_RING_LENGTH);
  }

  @Test
  void notificationsWithoutEndLeaveTheLoopItsTurns() throws Exception {
    connect();
    for (int i = 0; i < 100_000; i++) {
      notifyBackend();
      if (i % 20_000 == 0) {
        bench.assertLoopIsPrompt();
      }
    }
    pressMany(20);
    assertThat(page.getIntAcquire(KbdifPage.IN_PROD)).isEqualTo(20);
    assertThat(bench.log().problems()).isEqualTo(List.of());
  }
}
