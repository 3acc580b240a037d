package org.dmore.coordinator.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dmore.coordinator.host.PairBench.DOM_R;
import static org.dmore.coordinator.host.PairBench.DOM_U;
import static org.dmore.coordinator.host.PairBench.SOON;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.host.AttachmentEvent.Kind;
import org.dmore.vdev.service.Consoled;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MigrationOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pair that is kept attached, whatever becomes of either. */
class PairAttachmentTest {
  private static final int ENTRY = 8;

  private final PairBench bench = new PairBench();

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aGuestThatIsAttachedBeforeItRunsIsServedWhenItBoots() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.createGuest(DOM_U);
    bench.attach();
    bench.awaitEvent(Kind.SERVED);
    bench.alpha().unpause(guest.domain());
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30, 31, 32);
    assertThat(guest.pressed()).containsExactly(30, 31, 32);
    bench.draw(consoled, guest, 0, 0x112233);
    bench.awaitEvents(Kind.CONNECTED, 2);
    assertThat(bench.count(Kind.PROBLEM)).isZero();
  }

  @Test
  void aGuestThatRunsAlreadySeesItsDevicesComeOnceTheBackendIsReady() throws Exception {
    HotplugGuest guest = bench.startGuest(DOM_U);
    EmbeddedDomain domR = bench.createDomR(DOM_R);
    bench.attach();
    bench.awaitEvent(Kind.ATTACHED);
    bench.awaitEvent(Kind.NOT_SERVED);
    assertThat(guest.history()).as("no driver may probe what has no features yet").isEmpty();
    Consoled consoled = bench.startConsoled(domR);
    bench.awaitConnected(consoled);
    assertThat(guest.run(() -> guest.keyboard(0).isDead())).isFalse();
    bench.type(consoled, guest, 30);
    bench.draw(consoled, guest, 0, 0x445566);
  }

  @Test
  void bothMayComeAfterTheAttachment() throws Exception {
    bench.attach();
    bench.awaitEvents(Kind.WAITING, 2);
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30);
  }

  @Test
  void aGuestThatRebootsIsAttachedUnderItsNewNumber() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest first = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(consoled);
    bench.awaitEvents(Kind.CONNECTED, 2);
    bench.type(consoled, first, 30);
    HotplugGuest next = first;
    for (int reboot = 1; reboot <= 3; reboot++) {
      bench.alpha().destroy(next.domain());
      next = bench.startGuest(DOM_U);
      bench.awaitEvents(Kind.CONNECTED, 2 + 2L * reboot);
      bench.awaitConnected(consoled);
      bench.type(consoled, next, 31);
      String number = next.domain().id().toString();
      await("only the living guest's nodes")
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(bench.backends(domR)).containsOnly("vkbd/" + number, "vfb/" + number));
      assertThat(bench.alpha().lingering()).isEmpty();
      assertThat(bench.store().list(SeedRecords.ROOT).orElseThrow()).containsOnly(number);
    }
  }

  @Test
  void whatAGuestLeftThatDiedIsRemovedThoughNoneFollows() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(consoled);
    bench.alpha().destroy(guest.domain());
    bench.awaitEvent(Kind.GUEST_LEFT);
    await("no nodes").atMost(SOON).until(() -> bench.backends(domR).isEmpty());
    assertThat(bench.store().list(SeedRecords.ROOT).orElseThrow()).isEmpty();
    await("no lingering").atMost(SOON).until(() -> bench.alpha().lingering().isEmpty());
    assertThat(bench.store().read("/local/domain/" + guest.domain().id()))
        .as("nothing brought the dead domain's directory back to life")
        .isEmpty();
  }

  @Test
  void aDomRThatIsStartedAnewGetsTheGuestsDevicesAnew() throws Exception {
    Consoled former = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(former);
    bench.type(former, guest, 30);
    former.close();
    bench.alpha().destroy(bench.alpha().find(DOM_R).orElseThrow());
    bench.awaitEvent(Kind.DOMR_LEFT);
    Consoled next = bench.startDomR(DOM_R);
    bench.awaitConnected(next);
    bench.type(next, guest, 31);
    bench.draw(next, guest, 0, 0x778899);
    assertThat(guest.history())
        .as("unplugged and plugged in again, under the numbers that a move will look for")
        .hasSize(6)
        .containsSubsequence("-device/vfb/0", "-device/vkbd/0", "+device/vfb/0")
        .containsSubsequence("-device/vkbd/0", "+device/vkbd/0");
    next.close();
    bench.alpha().destroy(bench.alpha().find(DOM_R).orElseThrow());
    Consoled last = bench.startDomR(DOM_R);
    bench.awaitConnected(last);
    bench.type(last, guest, 32);
    bench.draw(last, guest, 0, 0x123456);
    assertThat(guest.pressed()).containsExactly(30, 31, 32);
    assertThat(bench.count(Kind.PROBLEM)).isZero();
  }

  @Test
  void aGuestThatStandsStillWhileItsDomRChangesIsGivenOtherNumbers() throws Exception {
    Consoled former = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(former);
    bench.alpha().pause(guest.domain());
    former.close();
    bench.alpha().destroy(bench.alpha().find(DOM_R).orElseThrow());
    Consoled next = bench.startDomR(DOM_R);
    bench.awaitEvents(Kind.ATTACHED, 2);
    bench.alpha().unpause(guest.domain());
    bench.awaitConnected(next);
    bench.type(next, guest, 31);
    bench.draw(next, guest, 1, 0x778899);
    assertThat(guest.history()).contains("-device/vkbd/0", "+device/vkbd/1");
  }

  @Test
  void anAttachmentThatIsBegunAnewDisturbsNothing() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest guest = bench.startGuest(DOM_U);
    PairAttachment first = bench.attach();
    bench.awaitConnected(consoled);
    bench.awaitEvents(Kind.CONNECTED, 2);
    first.close();
    bench.type(consoled, guest, 30);
    List<String> written = new CopyOnWriteArrayList<>();
    String number = guest.domain().id().toString();
    XenStore.Watch backends =
        bench.store().watch("/local/domain/" + domR.id() + "/backend", written::add);
    XenStore.Watch frontends =
        bench.store().watch("/local/domain/" + number + "/device", written::add);
    try (backends;
        frontends) {
      await("the watches' first events").atMost(SOON).until(() -> written.size() == 2);
      bench.attach();
      bench.awaitEvents(Kind.ATTACHED, 2);
      bench.awaitEvents(Kind.CONNECTED, 4);
      assertThat(bench.events().stream().filter(event -> event.kind() == Kind.ATTACHED).toList())
          .extracting(event -> event.details().get("takenOver"))
          .containsExactly(false, true);
      assertThat(written).as("no node of either end was touched").hasSize(2);
    }
    assertThat(bench.count(Kind.GRANTED)).isEqualTo(1);
    bench.type(consoled, guest, 31);
    bench.draw(consoled, guest, 0, 0xabcdef);
    assertThat(guest.history()).hasSize(2);
  }

  @Test
  void anAttachmentThatDiedBeforeItGrantedIsMadeGood() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.createGuest(DOM_U);
    PairAttachment first = bench.attach();
    bench.awaitEvent(Kind.SERVED);
    first.close();
    bench.alpha().unpause(guest.domain());
    await("keyboard").atMost(SOON).until(() -> bench.isKeyboardLive(consoled));
    assertThat(consoled.isConnected()).isFalse();
    bench.attach();
    bench.awaitConnected(consoled);
    bench.draw(consoled, guest, 0, 0x010203);
  }

  @Test
  void aDriverThatIsBoundAnewGetsItsNewPagesGranted() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(consoled);
    for (int round = 1; round <= 5; round++) {
      guest.rebind("device/vfb/0");
      bench.draw(consoled, guest, 0, round);
    }
    assertThat(bench.count(Kind.PROBLEM)).isZero();
  }

  @Test
  void whatNobodyHasMappedIsTakenBack() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest guest = bench.startGuest(DOM_U);
    PairAttachment attachment = bench.attach();
    bench.awaitConnected(consoled);
    DomainId domU = guest.domain().id();
    assertThat(seededEntries(domU)).isEqualTo(1 + pixelPages());
    PairDetachment.Outcome outcome =
        new PairDetachment(bench.alpha().dom0()).detach(domR.id(), domU, SOON);
    assertThat(outcome.isOrderly()).as("%s", outcome).isTrue();
    assertThat(outcome.devices()).isEqualTo(2);
    assertThat(seededEntries(domU)).isZero();
    attachment.ended().get(20, TimeUnit.SECONDS);
    assertThat(bench.count(Kind.DETACHED)).isEqualTo(1);
    assertThat(bench.backends(domR)).isEmpty();
    await("unplugged")
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(guest.history()).contains("-device/vkbd/0", "-device/vfb/0"));
    // And the same guest may be attached again.
    bench.attach();
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30);
  }

  @Test
  void devicesThatNobodyServesAreRemovedAfterAWhile() throws Exception {
    EmbeddedDomain domR = bench.createDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    PairAttachment attachment = bench.attach();
    bench.awaitEvent(Kind.ATTACHED);
    attachment.close();
    PairDetachment.Outcome outcome =
        new PairDetachment(bench.alpha().dom0())
            .detach(domR.id(), guest.domain().id(), Duration.ofMillis(50));
    assertThat(outcome.isOrderly()).isFalse();
    assertThat(outcome.unclosed()).containsOnlyKeys("vkbd", "vfb");
    assertThat(bench.backends(domR)).isEmpty();
    assertThat(bench.store().list("/local/domain/" + guest.domain().id() + "/device/vkbd"))
        .contains(List.of());
  }

  @Test
  void aGuestIsAttachedBeforeAMoveLetsItGoAtTheDestination() throws Exception {
    bench.attach(bench.beta().openDom0Ports(), DOM_R, DOM_U);
    EmbeddedDomain domR = bench.createDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    var moveR = bench.alpha().migrate(domR, bench.beta(), MigrationOptions.DEFAULT);
    moveR.awaitLanded(SOON);
    var moveU = bench.alpha().migrate(guest.domain(), bench.beta(), MigrationOptions.DEFAULT);
    moveU.awaitLanded(SOON);
    bench.awaitEvent(Kind.ATTACHED);
    assertThat(bench.events().get(bench.events().size() - 1).details())
        .containsEntry("domr", moveR.incomingId().orElseThrow().value())
        .containsEntry("domu", moveU.incomingId().orElseThrow().value());
    moveR.complete();
    moveU.complete();
    bench.beta().unpause(domR);
    Consoled consoled = bench.startConsoled(domR);
    bench.beta().unpause(guest.domain());
    bench.awaitConnected(consoled);
    bench.type(consoled, guest, 30);
    assertThat(bench.count(Kind.GUEST_LEFT)).isZero();
  }

  @Test
  void aGuestThatIsRenamedIsFollowedUntilAnotherHasItsName() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    EmbeddedDomain domR = bench.alpha().find(DOM_R).orElseThrow();
    HotplugGuest crashed = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(consoled);
    bench.awaitEvents(Kind.CONNECTED, 2);
    String name = "/local/domain/" + crashed.domain().id() + "/name";
    bench.store().write(name, DOM_U + "--migratedaway");
    bench.type(consoled, crashed, 30);
    assertThat(bench.count(Kind.GUEST_LEFT)).isZero();
    // As with on_crash=rename-restart: the toolstack keeps the old one and starts another.
    bench.alpha().pause(crashed.domain());
    EmbeddedDomain next = bench.alpha().createDomain(DomainConfig.of("next", 32 << 20));
    HotplugGuest fresh = new HotplugGuest(next);
    bench.store().write("/local/domain/" + next.id() + "/name", DOM_U);
    bench.alpha().unpause(next);
    bench.awaitEvent(Kind.GUEST_LEFT);
    bench.awaitEvents(Kind.CONNECTED, 4);
    bench.awaitConnected(consoled);
    bench.type(consoled, fresh, 31);
    await("the former guest's nodes are gone")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(bench.backends(domR))
                    .containsOnly("vkbd/" + next.id(), "vfb/" + next.id()));
    await("its grants are taken back")
        .atMost(SOON)
        .until(() -> seededEntries(crashed.domain().id()) == 0);
  }

  @Test
  void aSecondGuestIsRefusedAndTakenOnceTheFirstIsGone() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest first = bench.startGuest(DOM_U);
    PairAttachment attachment = bench.attach();
    bench.awaitConnected(consoled);
    HotplugGuest second = bench.startGuest("web2");
    bench.attach(bench.alpha().openDom0Ports(), DOM_R, "web2");
    bench.awaitEvent(Kind.PROBLEM);
    assertThat(problem()).contains("serves the guest " + DOM_U).contains("another DomR");
    bench.type(consoled, first, 30);
    attachment.close();
    bench.alpha().destroy(first.domain());
    await("the second guest").atMost(SOON).until(() -> second.history().contains("+device/vkbd/0"));
    bench.awaitConnected(consoled);
    bench.type(consoled, second, 31);
  }

  @Test
  void aGuestThatHasAScreenAlreadyIsLeftAlone() throws Exception {
    bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    String device = "/local/domain/" + guest.domain().id() + "/device/vfb/0";
    String backend = "/local/domain/0/backend/vfb/" + guest.domain().id() + "/0";
    bench.store().write(backend + "/frontend", device);
    bench.store().write(device + "/backend-id", "0");
    bench.attach();
    bench.awaitEvent(Kind.PROBLEM);
    assertThat(problem()).contains("vfb of domain=0").contains("configuration");
    bench.store().remove(device);
    bench.store().remove(backend);
    bench.awaitEvent(Kind.ATTACHED);
  }

  /** As a move leaves it that had to let the guest run before there was a DomR. */
  @Test
  void aPlaceThatDom0KeptIsTakenOverByTheDomRThatComes() throws Exception {
    HotplugGuest guest = bench.startGuest(DOM_U);
    try (HostAgent agent = new HostAgent(bench.alpha().dom0())) {
      agent.attachDevices(ConsoleId.only(DomainId.DOM0), guest.domain().id());
      await("the place").atMost(SOON).until(() -> guest.history().contains("+device/vkbd/0"));
      Consoled consoled = bench.startDomR(DOM_R);
      agent.forgetDevices(guest.domain().id());
      bench.attach();
      bench.awaitConnected(consoled);
      bench.type(consoled, guest, 30);
    }
  }

  @Test
  void aGuestCannotTakeAnothersName() throws Exception {
    HotplugGuest hostile = bench.startGuest("hostile");
    DomainId id = hostile.domain().id();
    assertThatThrownBy(
            () -> hostile.domain().ports().xenStore().write("/local/domain/" + id + "/name", DOM_U))
        .isInstanceOfSatisfying(
            XenException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    hostile.domain().ports().xenStore().write("data/name", DOM_U);
    assertThat(new DomainDirectory(bench.store()).domains()).containsEntry(id, "hostile");
  }

  @Test
  void nonsenseFromAGuestIsToldOnceAndHarmsNobody() throws Exception {
    Consoled consoled = bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach();
    bench.awaitConnected(consoled);
    for (String pageRef : List.of("-1", "many", "99999999999999", "4294967295")) {
      guest.domain().ports().xenStore().write("device/vfb/0/page-ref", pageRef);
    }
    // Values that come close after each other are one look, but the last is always looked at.
    guest.domain().ports().xenStore().write("device/vfb/0/page-ref", "last");
    await("the last value").atMost(SOON).until(() -> bench.events().toString().contains("last"));
    long told = bench.count(Kind.PROBLEM);
    for (int i = 0; i < 200; i++) {
      guest.domain().ports().xenStore().write("device/vfb/0/nonsense", Integer.toString(i));
    }
    bench.type(consoled, guest, 30);
    assertThat(bench.count(Kind.PROBLEM)).isEqualTo(told);
    assertThat(told).isLessThanOrEqualTo(5);
  }

  @Test
  void entriesThatAreTheGuestsOwnAreNeverWrittenOver() throws Exception {
    bench.startDomR(DOM_R);
    HotplugGuest guest = bench.createGuest(DOM_U);
    int frames = bench.alpha().dom0().foreignMemory().grantTableFrames(guest.domain().id());
    try (SharedPage table =
        bench.alpha().dom0().foreignMemory().mapGrantTable(guest.domain().id(), frames - 2, 2)) {
      table.putInt(7 * ENTRY, 1 | 5 << 16); // one in each of the two places
      table.putInt(SharedPage.PAGE_SIZE + 9 * ENTRY, 1 | 5 << 16);
    }
    bench.attach();
    bench.alpha().unpause(guest.domain());
    bench.awaitEvent(Kind.PROBLEM);
    assertThat(problem()).contains("the guest uses them itself").contains("max_grant_frames");
    assertThat(seededEntries(guest.domain().id())).isEqualTo(2);
  }

  @Test
  void aGrantTableOfVersionTwoIsRefusedWithWhatToDo() throws Exception {
    bench.startDomR(DOM_R);
    HotplugGuest guest = bench.startGuest(DOM_U);
    bench.attach(new VersionTwoPorts(bench.alpha().openDom0Ports()), DOM_R, DOM_U);
    bench.awaitEvent(Kind.PROBLEM);
    assertThat(problem()).contains("version=2").contains("max_grant_version=1");
    assertThat(seededEntries(guest.domain().id())).isZero();
  }

  private String problem() {
    return bench.events().stream()
        .filter(event -> event.kind() == Kind.PROBLEM)
        .findFirst()
        .orElseThrow()
        .details()
        .get("message")
        .toString();
  }

  private static int pixelPages() {
    return (HotplugGuest.WIDTH * HotplugGuest.HEIGHT * 4 + SharedPage.PAGE_SIZE - 1)
        / SharedPage.PAGE_SIZE;
  }

  /** Entries in the two places at the end of a guest's grant table. */
  private int seededEntries(DomainId domU) throws XenException {
    int frames = bench.alpha().dom0().foreignMemory().grantTableFrames(domU);
    int count = 0;
    try (SharedPage table =
        bench.alpha().dom0().foreignMemory().mapGrantTable(domU, frames - 2, 2)) {
      for (int at = 0; at < table.size(); at += ENTRY) {
        if (table.getInt(at) != 0) {
          count++;
        }
      }
    }
    return count;
  }
}
