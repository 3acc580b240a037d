package org.dmore.coordinator.cli.vnc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VncConsoleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MemoryDesktop desktop = new MemoryDesktop(333, 217);
  private final RecordingInput input = new RecordingInput();
  private final RfbServer server =
      RfbServer.builder()
          .desktop(desktop)
          .input(input)
          .security(VncAuthentication.ofPassword("geheim"))
          .build();

  @AfterEach
  void close() {
    server.close();
  }

  private int start() throws Exception {
    return server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  private VncConsole open(int port) throws Exception {
    return VncConsole.open("127.0.0.1", port, Optional.of("geheim"), PATIENCE);
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    return Arrays.stream(pixels).map(rgb -> rgb & 0xffffff).toArray();
  }

  @Test
  void theWholeScreenComesHoweverItChangesItsSize() throws Exception {
    Random random = new Random(11);
    desktop.scribble(random, 0, 0, 333, 217);
    try (VncConsole console = open(start())) {
      assertThat(pixels(console.screen())).isEqualTo(desktop.pixels());
      desktop.resize(500, 120);
      desktop.scribble(random, 0, 0, 500, 120);
      BufferedImage image = console.screen();
      assertThat(image.getWidth()).isEqualTo(500);
      assertThat(pixels(image)).isEqualTo(desktop.pixels());
      console.key(0xffc6, true);
      console.sync();
      assertThat(input.last().events()).containsExactly("key +ffc6 0");
    }
  }

  @Test
  void everyKeyWasReadWhenTheConsoleIsInStep() throws Exception {
    try (VncConsole console = open(start())) {
      for (int round = 1; round <= 20; round++) {
        for (int i = 0; i < 50; i++) {
          console.key('a' + i % 26, true);
          console.key('a' + i % 26, false);
          desktop.fill(i, round, 3, 3, round << 16 | i);
        }
        console.sync();
        assertThat(input.last().events("key")).hasSize(round * 100);
      }
    }
    await().untilAsserted(() -> assertThat(input.last().events()).endsWith("close"));
  }

  @Test
  void aServerThatHangsUpIsAnErrorAtOnce() throws Exception {
    int port = start();
    try (VncConsole console = open(port)) {
      console.key('a', true);
      console.sync();
      server.close();
      long before = System.nanoTime();
      assertThatThrownBy(console::sync)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("connection");
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE.dividedBy(2));
    }
    assertThatThrownBy(() -> open(port))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no VNC server answers at 127.0.0.1 port=" + port);
  }

  @Test
  void whatIsWrongWithThePasswordIsSaid() throws Exception {
    int port = start();
    assertThatThrownBy(() -> VncConsole.open("127.0.0.1", port, Optional.of("falsch"), PATIENCE))
        .hasMessageEndingWith("it does not take the password");
    assertThatThrownBy(() -> VncConsole.open("127.0.0.1", port, Optional.empty(), PATIENCE))
        .hasMessageEndingWith("it asks for a password");
  }

  @Test
  void aServerWithoutAPasswordNeedsNone() throws Exception {
    try (RfbServer open =
        RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build()) {
      int port = open.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
      try (VncConsole console = VncConsole.open("127.0.0.1", port, Optional.empty(), PATIENCE)) {
        assertThat(console.screen().getHeight()).isEqualTo(217);
      }
    }
  }
}
