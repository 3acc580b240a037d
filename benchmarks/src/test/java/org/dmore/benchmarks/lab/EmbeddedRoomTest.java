package org.dmore.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Keystroke;
import org.dmore.benchmarks.lab.typing.Suspension;
import org.dmore.benchmarks.lab.typing.Typist;
import org.dmore.benchmarks.lab.viewer.Picture;
import org.dmore.benchmarks.lab.viewer.RfbMessages;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scenarios' viewer and typist against consoled in the embedded machine room. */
class EmbeddedRoomTest {
  private static final String PASSWORD = "geheim77";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Seen seen = new Seen();
  private DemoRoom room;

  /**
   * The guest's keys, as a guest without a recorder tells of them: those that the driver took, and
   * what of them is above the input layer.
   */
  private static final class Seen implements KeyboardFrontend.Listener {
    private final List<KeyEvent> keys = new ArrayList<>();
    private final List<KeyEvent> above = new ArrayList<>();
    private final BitSet down = new BitSet();
    private final List<String> positions = new ArrayList<>();

    @Override
    public synchronized void key(int code, boolean pressed) {
      keys.add(new KeyEvent(code, pressed));
      if (pressed || down.get(code)) {
        above.add(new KeyEvent(code, pressed));
      }
      down.set(code, pressed);
    }

    @Override
    public synchronized void letGo(int code) {
      above.add(KeyEvent.release(code));
      down.clear(code);
    }

    @Override
    public synchronized void position(int x, int y, int deltaZ) {
      positions.add(x + "," + y + "," + deltaZ);
    }

    synchronized List<KeyEvent> keys() {
      return List.copyOf(keys);
    }

    synchronized List<KeyEvent> above() {
      return List.copyOf(above);
    }

    synchronized List<String> positions() {
      return List.copyOf(positions);
    }
  }

  @BeforeEach
  void open() throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("dmore guest", PASSWORD)).small(),
            new MemoryJournal(),
            seen);
  }

  @AfterEach
  void close() {
    room.close();
  }

  private Picture guestsPicture() {
    return room.guest()
        .query(
            () -> {
              FramebufferFrontend framebuffer = room.guest().framebuffer();
              int width = framebuffer.width();
              int[] pixels = new int[width * framebuffer.height()];
              for (int y = 0; y < framebuffer.height(); y++) {
                framebuffer.getRow(0, y, pixels, y * width, width);
              }
              return new Picture(width, framebuffer.height(), pixels);
            });
  }

  @Test
  void theViewerHasTheGuestsPicture() throws Exception {
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD)) {
      assertThat(viewer.name()).contains("dmore guest");
      assertThat(viewer.await(SOON, v -> v.picture().equals(guestsPicture()))).isTrue();
      assertThat(viewer.picture().ink()).isGreaterThan(1000);
      assertThat(viewer.takesScancodes()).isTrue();
      long updates = viewer.updates();
      viewer.refresh();
      assertThat(viewer.await(SOON, v -> v.updates() > updates)).isTrue();
      assertThat(viewer.await(SOON, v -> v.picture().equals(guestsPicture()))).isTrue();
    }
  }

  @Test
  void twoThousandKeysOfAllKindsAtFullSpeedAreTheGuestsToTheLast() throws Exception {
    List<Keystroke> keystrokes = new ArrayList<>(Keys.mix(new Random(7), 2000, true));
    keystrokes.add(Keys.controlAltDelete());
    List<KeyEvent> sent = keystrokes.stream().flatMap(k -> k.events().stream()).toList();
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      keystrokes.forEach(keystroke -> all.writeBytes(keystroke.messages()));
      viewer.send(all.toByteArray());
      await().atMost(SOON).until(() -> seen.keys().size() >= sent.size());
      assertThat(Delivery.of(sent, seen.keys())).matches(Delivery::isExact);
      assertThat(seen.keys()).isEqualTo(sent);
    }
  }

  @Test
  void thePointerStandsWhereTheViewerPoints() throws Exception {
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD)) {
      viewer.send(RfbMessages.pointer(0, 10, 20));
      viewer.send(RfbMessages.pointer(8, 10, 20));
      await().untilAsserted(() -> assertThat(seen.positions()).contains("10,20,0", "10,20,-1"));
    }
  }

  @Test
  void aTypistNeverStopsWhileThePairMovesAndNothingIsLost() throws Exception {
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD);
        Typist typist = Typist.start(viewer, 200, new Random(3))) {
      String connection = viewer.connection();
      typist.insert(Keys.holdF5());
      for (int move = 0; move < 3; move++) {
        assertThat(room.migrate(MigrationListener.NONE).isExact()).isTrue();
      }
      typist.insert(Keys.releaseF5());
      List<KeyEvent> sent = typist.stop();
      await().atMost(SOON).until(() -> seen.keys().size() >= sent.size());
      assertThat(Delivery.of(sent, seen.keys())).matches(Delivery::isExact);
      assertThat(viewer.connection()).isEqualTo(connection);
      assertThat(viewer.failure()).isEmpty();
      assertThat(viewer.await(SOON, v -> v.picture().equals(guestsPicture()))).isTrue();
    }
  }

  @Test
  void whatIsExpectedOfAMoveWithShiftHeldIsWhatAGuestSees() throws Exception {
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD);
        Typist typist = Typist.start(viewer, 200, new Random(4))) {
      await().atMost(SOON).until(() -> typist.sent() > 20);
      typist.insert(Keys.holdF5());
      typist.holdShift();
      int held = typist.sent();
      await().atMost(SOON).until(() -> typist.sent() > held + 20);
      assertThat(room.migrate(MigrationListener.NONE).isExact()).isTrue();
      int moved = typist.sent();
      await().atMost(SOON).until(() -> typist.sent() > moved + 20);
      typist.releaseShift();
      typist.insert(Keys.releaseF5());
      List<KeyEvent> sent = typist.stop();
      int all = Suspension.expected(sent, List.of(), Keys.F5, Keys.SHIFT).size();
      await().atMost(SOON).until(() -> seen.above().size() >= all);
      List<KeyEvent> expected = Suspension.expected(sent, seen.above(), Keys.F5, Keys.SHIFT);
      assertThat(Delivery.of(expected, seen.above())).matches(Delivery::isExact);
      assertThat(seen.above().stream().filter(event -> event.code() == Keys.SHIFT))
          .containsExactly(
              KeyEvent.press(Keys.SHIFT),
              KeyEvent.release(Keys.SHIFT),
              KeyEvent.press(Keys.SHIFT),
              KeyEvent.release(Keys.SHIFT));
    }
  }

  @Test
  void aTypistWhoseConnectionEndsSaysSo() throws Exception {
    try (RfbViewer viewer = RfbViewer.connect(room.address(), PASSWORD);
        Typist typist = Typist.start(viewer, 200, new Random(3))) {
      room.consoled().close();
      await().atMost(SOON).until(() -> typist.failure().isPresent());
      assertThat(viewer.failure()).isPresent();
    }
  }

  @Test
  void whatTheServerMayNotSayIsAFailure() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> sayNonsense(listener));
      server.start();
      InetSocketAddress address =
          new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
      try (RfbViewer viewer = RfbViewer.connect(address, "")) {
        await().atMost(SOON).until(() -> viewer.failure().isPresent());
        assertThat(viewer.failure().orElseThrow())
            .hasMessageContaining("the server broke the protocol: a rectangle of 2x1+0+0");
      }
      server.join();
    }
  }

  /** Shakes hands, and then sends a rectangle that its desktop of 1x1 has no room for. */
  private static void sayNonsense(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.getOutputStream().write("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(12);
      socket.getOutputStream().write(new byte[] {1, 1});
      socket.getInputStream().readNBytes(1);
      socket.getOutputStream().write(new byte[4]);
      socket.getInputStream().readNBytes(1);
      byte[] init = new byte[24];
      init[1] = 1;
      init[3] = 1;
      socket.getOutputStream().write(init);
      socket.getOutputStream().write(new byte[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0});
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The viewer hung up.
    }
  }
}
