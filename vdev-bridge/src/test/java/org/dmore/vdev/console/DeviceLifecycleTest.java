package org.dmore.vdev.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.dmore.rfb.Client;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.Identity;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.RawFramebuffer;
import org.dmore.vdev.frontend.XenbusFrontend;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.vdev.wire.KbdifPage;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenbusState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices that come, go and come back, each in order. */
class DeviceLifecycleTest {
  /** Codes from here on are no modifiers. */
  private static final int FIRST = 130;

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

  private static int[] codes(int from, int to) {
    return IntStream.rangeClosed(from, to).toArray();
  }

  private static List<Integer> list(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private void awaitPressed(BenchGuest who, List<Integer> keys) {
    await("keys")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(who.pressed()).isEqualTo(keys));
  }

  private void awaitState(DeviceType type, String state) {
    await(type + "=" + state)
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(type).equals(state));
  }

  private static void awaitFrontend(XenbusFrontend driver, XenbusState state) {
    await("driver " + state).atMost(DeviceBench.SOON).until(() -> driver.state() == state);
  }

  private void draw(int x, int y, int colour) throws Exception {
    Object unused =
        guest.run(
            () -> {
              guest.framebuffer().putRow(x, y, new int[] {colour}, 0, 1);
              guest.framebuffer().update(x, y, 1, 1);
              return "";
            });
  }

  @Test
  void keysTypedWhileTheDriverIsUnloadedArriveOnceAfterwards() throws Exception {
    bench.connectAll();
    for (int round = 0; round < 5; round++) {
      int first = FIRST + round * 20;
      bench.press(codes(first, first + 9));
      awaitPressed(guest, list(FIRST, first + 9));
      guest.removeKeyboard();
      awaitState(DeviceType.KEYBOARD, "6");
      bench.press(codes(first + 10, first + 19));
      guest.probeKeyboard();
      awaitPressed(guest, list(FIRST, first + 19));
    }
  }

  @Test
  void whatADriverLeftUnseenWhenItClosedIsGivenToTheNext() throws Exception {
    bench.connectAll();
    guest.stall(true);
    bench.press(codes(FIRST, FIRST + 59));
    guest.removeKeyboard();
    awaitState(DeviceType.KEYBOARD, "6");
    guest.stall(false);
    guest.probeKeyboard();
    awaitPressed(guest, list(FIRST, FIRST + 59));
  }

  @Test
  void aDriverThatIsReloadedOftenIsServed() throws Exception {
    bench.connectAll();
    for (int round = 0; round < 30; round++) {
      String before = bench.connection(DeviceType.KEYBOARD);
      guest.removeKeyboard();
      if (round % 2 == 0) {
        bench.awaitNoKeyboard();
      }
      guest.probeKeyboard();
      bench.awaitConnectionAfter(DeviceType.KEYBOARD, before);
      awaitFrontend(guest.keyboard(), XenbusState.CONNECTED);
    }
    bench.awaitKeyboard();
    bench.press(77);
    await("the key")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(guest.pressed()).containsExactly(77));
  }

  @Test
  void aGuestThatCrashesMakesRoomForTheNext() throws Exception {
    bench.connectAll();
    bench.press(1, 2);
    awaitPressed(guest, List.of(1, 2));
    guest.stall(true);
    bench.press(3); // seen by nobody, ever
    bench.host().destroy(guest.domain());
    bench.awaitNoKeyboard();
    bench.awaitNoDesktop();
    assertThat(bench.host().lingering()).isEmpty();
    bench.press(4);
    bench.detachDevices(guest.id());
    bench.newGuest("next");
    bench.connectAll();
    awaitPressed(bench.guest(), List.of(4));
  }

  @Test
  void aSecondKeyboardIsLeftAloneUntilTheFirstIsGone() throws Exception {
    bench.connectAll();
    bench.newGuestBeside("second");
    BenchGuest second = bench.guest();
    second.probeKeyboard();
    bench.press(1);
    awaitPressed(guest, List.of(1));
    assertThat(bench.log().problems()).allMatch(line -> line.contains("one too many")).hasSize(2);

    bench.host().destroy(guest.domain());
    bench.detachDevices(guest.id());
    await("the second is taken up")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("4"));
    bench.press(2);
    awaitPressed(second, List.of(2));
  }

  @Test
  void aDeviceThatCannotBeTakenUpYetIsTakenUpLater() throws Exception {
    bench.detachDevices(guest.id());
    awaitState(DeviceType.KEYBOARD, "");
    bench.settle();
    // As a toolstack does that writes first and gives permission afterwards.
    String type = "/local/domain/" + bench.domR().id() + "/backend/vkbd";
    String guests = type + "/" + guest.id();
    String device = guests + "/0";
    String frontend = bench.id(DeviceType.KEYBOARD).frontendPath();
    NodePermissions readOnly =
        NodePermissions.ownedBy(org.dmore.xen.DomainId.DOM0).readableBy(bench.domR().id());
    bench
        .store()
        .inTransaction(
            view -> {
              for (String path : List.of(guests, device, device + "/frontend", device + "/state")) {
                view.write(path, path.endsWith("/frontend") ? frontend : "1");
                view.setPermissions(path, readOnly);
              }
              return null;
            });
    await("refused once")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.log().problems().stream().anyMatch(l -> l.contains("taken up yet")));
    bench.attachDevices();
    bench.connectAll();
  }

  @Test
  void aBackendThatTheToolstackTakesAwayLetsGoAndStaysAway() throws Exception {
    bench.connectAll();
    bench.store().remove("/local/domain/" + bench.domR().id() + "/backend/vkbd/" + guest.id());
    bench.store().remove("/local/domain/" + bench.domR().id() + "/backend/vfb/" + guest.id());
    bench.awaitNoKeyboard();
    bench.awaitNoDesktop();
    guest.write("device/vkbd/0/state", "1");
    guest.write("device/vkbd/0/state", "3");
    bench.settle();
    assertThat(bench.backendState(DeviceType.KEYBOARD)).isEmpty();
    assertThat(bench.backendState(DeviceType.FRAMEBUFFER)).isEmpty();
  }

  @Test
  void devicesThatAreWrittenAnewInPlaceAreOfferedAnew() throws Exception {
    for (int round = 0; round < 5; round++) {
      bench.attachDevices(); // waits for INIT_WAIT
    }
    bench.connectAll();
  }

  @Test
  void detachAndReattachAtTheSamePlaceCountExactly() throws Exception {
    bench.connectAll();
    int next = FIRST;
    for (int round = 0; round < 6; round++) {
      guest.stall(true);
      bench.press(codes(next, next + 11));
      assertThat(bench.command(ControlMessage.DETACH, Map.of()).isOk()).isTrue();
      bench.press(codes(next + 12, next + 17));
      if (round % 2 == 0) {
        guest.stall(false); // consumes from its page while nobody looks
      }
      assertThat(bench.command(ControlMessage.REATTACH, Map.of()).isOk()).isTrue();
      guest.stall(false);
      next += 18;
      awaitPressed(guest, list(FIRST, next - 1));
    }
    int all = next - FIRST;
    await("consumed").atMost(DeviceBench.SOON).until(() -> bench.consumed() == all);
    long bySlots = bench.consoled().query(console -> console.ledger().consumedBySlots());
    assertThat(bySlots).isEqualTo(all);
    assertThat(ledgersHash()).isEqualTo(guest.keyboard().fingerprint().hash());
    assertThat(bench.consoled().<Long>query(console -> console.ledger().abandoned())).isZero();
  }

  @Test
  void aNewModeReachesTheDesktop() throws Exception {
    bench.connectAll();
    awaitFrontend(guest.framebuffer(), XenbusState.CONNECTED); // it has read feature-resize
    Object unused =
        guest.run(
            () -> {
              guest.framebuffer().setMode(100, 50);
              return "";
            });
    await("mode")
        .atMost(DeviceBench.SOON)
        .until(
            () ->
                bench
                    .consoled()
                    .query(console -> console.desktop().size().equals(new Desktop.Size(100, 50))));
    draw(99, 49, 0xabcdef);
    assertThat(bench.pixel(99, 49)).isEqualTo(0xabcdef);
    assertThat(bench.pixel(100, 49)).isZero();
  }

  @Test
  void sixteenAndEightBitsShowTheirColours() throws Exception {
    RawFramebuffer fb = new RawFramebuffer(bench, 2);
    fb.pixels().putInt(0, 0x07e0_f800); // RGB 565: red, green
    fb.pixels().putInt(4, 0xffff_001f); // blue, white
    fb.shape(4, 4, 8, 8192, 16).grant().offer("4");
    bench.awaitDesktop();
    assertThat(
            List.of(
                bench.pixel(0, 0),
                bench.pixel(1, 0),
                bench.pixel(2, 0),
                bench.pixel(3, 0),
                bench.pixel(0, 1)))
        .containsExactly(0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0);
    fb.pixels().putInt(0, 0xff03_1ce0); // RGB 332: red, green, blue, white
    fb.put(3, 4, 4, 4, 8, 0);
    await("8 bits").atMost(DeviceBench.SOON).until(() -> bench.pixel(0, 0) == 0xff0000);
    assertThat(List.of(bench.pixel(1, 0), bench.pixel(2, 0), bench.pixel(3, 0)))
        .containsExactly(0x00ff00, 0x0000ff, 0xffffff);
  }

  @Test
  void thePictureStaysWhileAwayAndOnlyWhatDiffersIsDamagedOnReturn() throws Exception {
    bench.connectAll();
    draw(3, 3, 0x112233);
    await("drawn").atMost(DeviceBench.SOON).until(() -> bench.pixel(3, 3) == 0x112233);
    assertThat(bench.command(ControlMessage.DETACH, Map.of()).isOk()).isTrue();
    assertThat(bench.pixel(3, 3)).isEqualTo(0x112233);
    Object drawn =
        guest.run(
            () -> {
              guest.framebuffer().putRow(130, 70, new int[] {0xff00ff}, 0, 1);
              return "";
            });
    assertThat(drawn).isEqualTo("");
    assertThat(bench.pixel(130, 70)).isZero();
    List<String> damage = new CopyOnWriteArrayList<>();
    bench
        .consoled()
        .query(GuestConsole::desktop)
        .addListener(
            new Desktop.Listener() {
              @Override
              public void damaged(int x, int y, int width, int height) {
                damage.add(x + " " + y + " " + width + " " + height);
              }

              @Override
              public void resized() {
                damage.add("resized");
              }
            });
    assertThat(bench.command(ControlMessage.REATTACH, Map.of()).isOk()).isTrue();
    bench.awaitDesktop();
    assertThat(bench.pixel(130, 70)).isEqualTo(0xff00ff);
    // The driver's own first update of all of it may have been on its way, and comes after.
    assertThat(damage).startsWith("128 64 32 56").doesNotContain("resized");
  }

  @Test
  void theGuestsChoiceOfPositionsIsKeptWhenItResumesWithoutSayingSo() throws Exception {
    bench.connectAll();
    InputSink viewer = viewer();
    movePointer(viewer, 10, 20);
    awaitPointer("abs 50 100 0"); // of a range of 800 x 600, on a desktop of 160 x 120
    assertThat(bench.command(ControlMessage.DETACH, Map.of()).isOk()).isTrue();
    Object unused =
        guest.run(
            () -> {
              guest.ports().xenStore().remove("device/vkbd/0/request-abs-pointer");
              guest.keyboard().resume();
              return "";
            });
    assertThat(bench.command(ControlMessage.RECEIPT, Map.of("in-cons", "1")).isOk()).isTrue();
    assertThat(bench.command(ControlMessage.ATTACH, Map.of()).isOk()).isTrue();
    bench.awaitKeyboard();
    movePointer(viewer, 12, 22);
    awaitPointer("abs 60 110 0");
    assertThat(guest.pointer()).containsExactly("abs 50 100 0", "abs 60 110 0");
  }

  @Test
  void aGuestThatAsksForNoPositionsGetsMotion() throws Exception {
    bench.store().write(bench.backendNode(DeviceType.KEYBOARD, "feature-abs-pointer"), "0");
    guest.write("device/vkbd/0/request-abs-pointer", "0");
    bench.connectAll();
    InputSink viewer = viewer();
    movePointer(viewer, 10, 20); // from wherever: the first position tells no motion
    movePointer(viewer, 7, 25);
    awaitPointer("rel -3 5 0");
    assertThat(guest.pointer()).containsExactly("rel -3 5 0");
  }

  @Test
  void keysArriveOnceAndInOrderWhereTheIndicesWrap() throws Exception {
    assertThat(bench.command(ControlMessage.DETACH, Map.of()).isOk()).isTrue();
    Object unused =
        guest.run(
            () -> {
              guest.keyboard().probe();
              guest.keyboard().setIndices(-30); // while nobody looks
              return "";
            });
    assertThat(bench.command(ControlMessage.REATTACH, Map.of()).isOk()).isTrue();
    bench.awaitKeyboard();
    List<Integer> typed = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      if (i % 40 == 0) {
        guest.stall(true);
      }
      int code = 1 + i % 200;
      bench.press(code);
      typed.add(code);
      if (i % 97 == 96) {
        guest.stall(false);
      }
    }
    guest.stall(false);
    awaitPressed(guest, typed);
    await("consumed").atMost(DeviceBench.SOON).until(() -> bench.consumed() == 500);
    assertThat(ledgersHash()).isEqualTo(guest.keyboard().fingerprint().hash());
    SharedPage page = guest.ports().memory().window(guest.keyboard().frame(), 1);
    assertThat(page.getInt(KbdifPage.IN_CONS)).isEqualTo(500 - 30);
  }

  private long ledgersHash() {
    return bench.consoled().query(console -> console.ledger().fingerprint().hash());
  }

  private void awaitPointer(String event) {
    await(event)
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(guest.pointer()).contains(event));
  }

  private void movePointer(InputSink viewer, int x, int y) {
    Object unused =
        bench
            .consoled()
            .query(
                console -> {
                  viewer.pointer(0, x, y);
                  return "";
                });
  }

  private InputSink viewer() {
    return bench.consoled().query(console -> console.input().open(new NoClient()));
  }

  /** A viewer without a connection. */
  private static final class NoClient implements Client {
    @Override
    public long id() {
      return 1;
    }

    @Override
    public java.net.SocketAddress address() {
      return new java.net.InetSocketAddress(0);
    }

    @Override
    public Identity identity() {
      return Identity.full("");
    }

    @Override
    public void relativePointer(boolean relative) {}

    @Override
    public void pauseInput() {}

    @Override
    public void resumeInput() {}

    @Override
    public void disconnect(String reason) {}
  }
}
