package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.bench.BenchGuest;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.StateLog;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.xen.XenbusState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consoled that is killed, and the next one, of which the guest sees nothing. */
class ConsoledRestartTest {
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

  private void connect() throws Exception {
    bench.connectAll();
    await("both drivers")
        .atMost(DeviceBench.SOON)
        .until(
            () ->
                guest.keyboard().state() == XenbusState.CONNECTED
                    && guest.framebuffer().state() == XenbusState.CONNECTED);
    bench.settle();
  }

  private void restart() throws Exception {
    bench.restartConsoled();
    bench.awaitKeyboard();
    bench.awaitDesktop();
  }

  private void awaitTyped(Integer... keys) {
    await("keys")
        .atMost(DeviceBench.SOON)
        .untilAsserted(() -> assertThat(guest.pressed()).containsExactly(keys));
  }

  private void accept(boolean pressed, int code) {
    Object unused =
        bench
            .consoled()
            .query(
                console -> {
                  console.ledger().accept(KbdifEvent.key(pressed), code, 0, 0);
                  return "";
                });
  }

  @Test
  void theNextOneServesTheSameConnectionAndTheGuestSeesNoState() throws Exception {
    connect();
    bench.press(30);
    awaitTyped(30);
    guest.draw(5, 5, 0x102030);
    StateLog keyboard = bench.logFrontend(DeviceType.KEYBOARD);
    StateLog framebuffer = bench.logFrontend(DeviceType.FRAMEBUFFER);
    StateLog backend = bench.logStates(DeviceType.KEYBOARD);
    for (int round = 0; round < 3; round++) {
      restart();
    }
    bench.settle();
    bench.press(31);
    awaitTyped(30, 31);
    assertThat(bench.pixel(5, 5)).isEqualTo(0x102030);
    guest.draw(6, 6, 0x405060);
    await("drawn").atMost(DeviceBench.SOON).until(() -> bench.pixel(6, 6) == 0x405060);
    assertThat(keyboard.seen()).containsExactly("4");
    assertThat(framebuffer.seen()).containsExactly("4");
    assertThat(backend.seen()).containsOnly("4");
  }

  @Test
  void keysAndButtonsThatTheDeadOneLeftDownAreReleased() throws Exception {
    connect();
    for (int code : List.of(1, 42, 100, 239, 0x110, 0x114)) {
      accept(true, code);
    }
    await("held").atMost(DeviceBench.SOON).until(() -> guest.held().size() == 6);
    restart();
    await("released").atMost(DeviceBench.SOON).until(() -> guest.held().isEmpty());
    bench.press(100);
    awaitTyped(1, 42, 100, 239, 0x110, 0x114, 100);
    assertThat(guest.held()).containsExactly(100);
  }

  @Test
  void whatIsTypedBeforeTheConnectionIsFoundComesAfterTheReleases() throws Exception {
    connect();
    accept(true, 57);
    await("held").atMost(DeviceBench.SOON).until(() -> guest.held().contains(57));
    bench.restartConsoled(
        console -> {
          console.ledger().accept(KbdifEvent.key(true), 57, 0, 0);
          return "";
        });
    bench.awaitKeyboard();
    await("all is consumed").atMost(DeviceBench.SOON).until(() -> bench.consumed() == 245);
    assertThat(guest.pressed()).containsExactly(57, 57);
    assertThat(guest.held()).containsExactly(57);
  }

  @Test
  void whatStoodInTheRingIsNeitherLostNorDoubled() throws Exception {
    connect();
    guest.stall(true);
    bench.press(IntStream.rangeClosed(1, 51).toArray());
    bench.restartConsoled();
    bench.awaitKeyboard();
    bench.press(60, 61);
    guest.stall(false);
    List<Integer> expected = new ArrayList<>(IntStream.rangeClosed(1, 51).boxed().toList());
    expected.addAll(List.of(60, 61));
    awaitTyped(expected.toArray(Integer[]::new));
  }

  @Test
  void theGuestsChoiceOfPositionsOutlivesAMoveAndThenARestart() throws Exception {
    connect();
    guest.ports().xenStore().remove("device/vkbd/0/request-abs-pointer"); // as after a move
    restart();
    boolean absolute = bench.consoled().query(GuestConsole::isAbsolute);
    assertThat(absolute).isTrue();
  }

  @Test
  void oneThatIsStartedInTheMidstOfAMoveLeavesTheDevicesAlone() throws Exception {
    connect();
    assertThat(bench.command(ControlMessage.DETACH, Map.of()).isOk()).isTrue();
    bench.restartConsoled();
    bench.settle();
    assertThat(bench.ledgerState()).isEqualTo(Ledger.State.DETACHED);
    bench.press(30);
    assertThat(bench.command(ControlMessage.RECEIPT, Map.of("in-cons", "0")).isOk()).isTrue();
    assertThat(bench.command(ControlMessage.ATTACH, Map.of()).isOk()).isTrue();
    bench.awaitKeyboard();
    bench.awaitDesktop();
    awaitTyped(30);
    restart();
    bench.press(31);
    awaitTyped(30, 31);
  }

  @Test
  void aDriverThatCameAnewMeanwhileIsServed() throws Exception {
    connect();
    bench.killConsoled();
    guest.rebindKeyboard();
    bench.startConsoled();
    bench.awaitKeyboard();
    bench.press(44);
    awaitTyped(44);
  }

  @Test
  void aDriverThatLeftMeanwhileIsMissed() throws Exception {
    connect();
    bench.killConsoled();
    guest.removeKeyboard();
    bench.startConsoled();
    await("closed")
        .atMost(DeviceBench.SOON)
        .until(() -> bench.backendState(DeviceType.KEYBOARD).equals("6"));
    guest.probeKeyboard();
    bench.awaitKeyboard();
    bench.press(45);
    awaitTyped(45);
  }
}
