package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a client is sent something, and how much: counted in bytes and rectangles. */
class UpdatesTest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;

  private final Random random = new Random(1);
  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private RfbServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    for (int y = 0; y + 16 <= HEIGHT; y += 16) {
      desktop.type(random, 0, y, 10 + random.nextInt(WIDTH / 8 - 10));
    }
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  private long bytesSent() {
    return server.clients().stream().mapToLong(ClientInfo::bytesSent).sum();
  }

  @Test
  void damageThatChangedNothingSendsNothing() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.ZRLE);
      client.readUntilSame(desktop);
      client.request(true);
      long before = bytesSent();
      for (int i = 0; i < 100; i++) {
        desktop.damage(0, 0, WIDTH, HEIGHT);
      }
      // A change of 8 x 16 pixels, told as one of all.
      desktop.type(random, 400, 304, 1);
      desktop.damage(0, 0, WIDTH, HEIGHT);
      client.readUpdate();
      client.readUntilSame(desktop);
      assertThat(bytesSent() - before).isLessThan(200);
    }
  }

  @Test
  void aScrolledConsoleIsSentAsACopyAndItsLastLine() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.RAW, NullClient.COPY_RECT);
      client.readUntilSame(desktop);
      for (int i = 1; i <= 10; i++) {
        long before = bytesSent();
        desktop.copySilently(0, 16, 0, 0, WIDTH, HEIGHT - 16);
        desktop.fill(0, HEIGHT - 16, WIDTH, 16, 0);
        desktop.type(random, 0, HEIGHT - 32, 50);
        desktop.damage(0, 0, WIDTH, HEIGHT);
        client.readUntilSame(desktop);
        assertThat(client.rectangles(NullClient.COPY_RECT)).isEqualTo(i);
        // The new line, and here and there what the copy did not get right: 4 bytes a pixel.
        assertThat(bytesSent() - before).isLessThan(WIDTH * 80 * 4);
      }
    }
  }

  @Test
  void aClientThatTakesNoCopiesIsSentWhatTheScrollChanged() throws Exception {
    try (NullClient copies = NullClient.connect(port);
        NullClient client = NullClient.connect(port)) {
      copies.setEncodings(NullClient.ZRLE, NullClient.COPY_RECT);
      client.setEncodings(NullClient.HEXTILE);
      copies.readUntilSame(desktop);
      client.readUntilSame(desktop);
      desktop.copySilently(0, 16, 0, 0, WIDTH, HEIGHT - 16);
      copies.readUntilSame(desktop);
      client.readUntilSame(desktop);
      assertThat(copies.rectangles(NullClient.COPY_RECT)).isEqualTo(1);
    }
  }

  @Test
  void aDesktopTooLargeToBeCopiedIsShownAllTheSame() throws Exception {
    RfbLimits limits = RfbLimits.builder().maxComparedPixels(WIDTH * HEIGHT - 1).build();
    try (RfbServer plain =
        RfbServer.builder()
            .desktop(desktop)
            .limits(limits)
            .security(new NoAuthentication())
            .build()) {
      int plainPort =
          plain.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
      try (NullClient client = NullClient.connect(plainPort)) {
        client.setEncodings(NullClient.ZRLE, NullClient.COPY_RECT, NullClient.DESKTOP_SIZE);
        client.readUntilSame(desktop);
        desktop.copy(0, 16, 0, 0, WIDTH, HEIGHT - 16);
        client.readUntilSame(desktop);
        assertThat(client.rectangles(NullClient.COPY_RECT)).isEqualTo(1);
        desktop.resize(WIDTH - 1, HEIGHT);
        client.readUntilSame(desktop);
        desktop.resize(WIDTH, HEIGHT);
        desktop.scribble(random, 0, 0, WIDTH, HEIGHT);
        client.readUntilSame(desktop);
      }
    }
  }
}
