package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fences, continuous updates, slow lines, many clients, and what was lossy at first. */
class FlowTest {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 300;

  private final Random random = new Random(1);
  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private RfbServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .security(new NoAuthentication())
            .threads(2)
            .encodingThreads(2)
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    desktop.scribble(random, 0, 0, WIDTH, HEIGHT);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  private void noise(Random noise) {
    for (int y = 0; y < HEIGHT; y += 10) {
      desktop.scribble(noise, 0, y, WIDTH, 10);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void fencesAreAnsweredInTheirOrderWithWhatIsKnownOfTheirFlags() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.FENCE, NullClient.ZRLE);
      client.fence(0x80000000 | 0xff, bytes("first"));
      client.fence(0x80000000, bytes(""));
      client.request(false);
      client.fence(0x80000001, bytes("a".repeat(64)));
      while (client.fenceAnswers().size() < 3) {
        client.read();
      }
      assertThat(client.fenceAnswers()).containsExactly("7 first", "0 ", "1 " + "a".repeat(64));
      client.readUntilSame(desktop);
      assertThat(client.fencesAsked()).isPositive();
    }
  }

  @Test
  void whatFollowsAFencesAnswerIsInTheFormatThatFollowedTheFence() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.FENCE, NullClient.CONTINUOUS_UPDATES, NullClient.ZRLE);
      client.enableContinuousUpdates(true, 0, 0, WIDTH, HEIGHT);
      client.listenUntilSame(desktop);
      for (int i = 0; i < 30; i++) {
        noise(random);
        Format format = Format.random(random);
        int before = client.fenceAnswers().size();
        client.fence(0x80000004, bytes("format"));
        client.askForPixelFormat(format);
        while (client.fenceAnswers().size() == before) {
          client.read();
        }
        client.expect(format);
        client.request(false);
        client.listenUntilSame(desktop);
      }
    }
  }

  @Test
  void continuousUpdatesComeUnaskedAndEndWhenTheyAreToldTo() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.CONTINUOUS_UPDATES, NullClient.FENCE, NullClient.HEXTILE);
      while (client.endsOfContinuousUpdates() == 0) {
        client.read();
      }
      client.enableContinuousUpdates(true, 0, 0, WIDTH, HEIGHT);
      for (int i = 0; i < 50; i++) {
        desktop.scribble(random, i, i, 100, 100);
        client.listenUntilSame(desktop);
      }
      client.enableContinuousUpdates(false, 0, 0, 0, 0);
      while (client.endsOfContinuousUpdates() == 1) {
        client.read();
      }
      desktop.scribble(random, 0, 0, 300, 300);
      client.fence(0x80000000, bytes("end"));
      int rectangles = client.rectangles(NullClient.HEXTILE);
      while (client.fenceAnswers().isEmpty()) {
        client.read();
      }
      assertThat(client.rectangles(NullClient.HEXTILE)).isEqualTo(rectangles);
      client.readUntilSame(desktop);
    }
  }

  @Test
  void aGuestThatChangesItsSizeAllTheTimeIsFollowedOnceARoundTrip() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(
          NullClient.CONTINUOUS_UPDATES,
          NullClient.FENCE,
          NullClient.DESKTOP_SIZE,
          NullClient.ZRLE);
      client.enableContinuousUpdates(true, 0, 0, 1000, 1000);
      client.listenUntilSame(desktop);
      // The client does not read, and so does not answer, meanwhile.
      for (int i = 0; i < 100; i++) {
        desktop.resize(200 + i, 100 + i);
        desktop.scribble(random, 0, 0, 50, 50);
      }
      client.listenUntilSame(desktop);
      assertThat(client.rectangles(NullClient.DESKTOP_SIZE)).isBetween(1, 2);
    }
  }

  @Test
  void aClientThatStopsToAnswerFencesGetsUpdatesWithoutThem() throws Exception {
    RfbLimits limits = RfbLimits.builder().stallTimeout(Duration.ofSeconds(2)).build();
    try (RfbServer impatient =
            RfbServer.builder()
                .desktop(desktop)
                .security(new NoAuthentication())
                .limits(limits)
                .build();
        NullClient client =
            NullClient.connect(
                impatient
                    .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .getPort())) {
      client.setEncodings(
          NullClient.CONTINUOUS_UPDATES, NullClient.FENCE, NullClient.DESKTOP_SIZE, NullClient.RAW);
      client.enableContinuousUpdates(true, 0, 0, 1000, 1000);
      client.listenUntilSame(desktop);
      assertThat(client.fencesAsked()).isPositive();
      client.leaveFencesUnanswered();
      for (int i = 0; i < 5; i++) {
        noise(random);
        client.listenUntilSame(desktop);
      }
      desktop.resize(WIDTH + 10, HEIGHT + 10);
      desktop.scribble(random, 0, 0, 50, 50);
      client.listenUntilSame(desktop);
    }
  }

  @Test
  void otherMessagesComeBetweenUpdatesAndNotWithinThem() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.RAW, NullClient.LAST_RECT);
      desktop.resize(1000, 1000);
      for (int i = 0; i < 50; i++) {
        desktop.scribble(random, 0, 0, 1000, 1000);
        client.request(true);
        server.bell();
        server.clipboard("text " + i);
        client.request(true);
        client.readUpdate();
      }
    }
  }

  @Test
  void aSlowLineGetsFewerAndFresherFrames() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (SlowLine line = SlowLine.to(port, 400_000);
        NullClient client = NullClient.connect(line.port())) {
      client.setEncodings(
          NullClient.RAW, NullClient.FENCE, NullClient.CONTINUOUS_UPDATES, NullClient.LAST_RECT);
      // Before there is much to tell, so that the line is known.
      desktop.fill(0, 0, WIDTH, HEIGHT, 0);
      client.enableContinuousUpdates(true, 0, 0, 16, 16);
      while (client.fencesAsked() == 0 || client.endsOfContinuousUpdates() == 0) {
        client.read();
      }
      client.fence(0x80000000, bytes("go"));
      while (client.fenceAnswers().isEmpty()) {
        client.read();
      }
      client.enableContinuousUpdates(true, 0, 0, WIDTH, HEIGHT);
      CompletableFuture<Void> painter =
          CompletableFuture.runAsync(
              () -> {
                Random noise = new Random(2);
                while (!stop.get()) {
                  noise(noise);
                }
              });
      int before = client.rectangles(NullClient.RAW);
      while (client.rectangles(NullClient.RAW) < before + 16) {
        client.read();
      }
      long waiting = line.mostWaiting();
      stop.set(true);
      painter.join();
      client.listenUntilSame(desktop);
      // A frame has 480 kB. Without a limit the line would hold all that the server can make.
      assertThat(waiting).as("bytes that wait in the line").isLessThan(300_000);
    } finally {
      stop.set(true);
    }
  }

  @Test
  void whatWasLossyIsSentAgainWithoutLossOnceItStandsStill() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.TIGHT, -32 + 3, NullClient.COPY_RECT, NullClient.LAST_RECT);
      desktop.photograph(random, 0, 0, WIDTH, HEIGHT);
      client.request(false);
      client.readUpdate();
      assertThat(client.isSame(desktop)).as("exact at once").isFalse();
      assertThat(client.images()).isPositive();
      client.readUntilSame(desktop);
      int images = client.images();
      desktop.copy(0, 50, 0, 0, WIDTH, HEIGHT - 50);
      client.readUntilSame(desktop);
      assertThat(client.images()).isEqualTo(images);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void clientsOfAllKindsEndWithTheTruePixels(long seed) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<Void>> painters = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Random painting = new Random(seed * 10 + i);
      painters.add(CompletableFuture.runAsync(() -> paintUntil(stop, painting)));
    }
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int kind = i;
      clients.add(CompletableFuture.runAsync(() -> watch(kind, stop)));
    }
    clients.get(0).join(); // stops the painters when it has seen enough
    painters.forEach(CompletableFuture::join);
    clients.forEach(CompletableFuture::join);
  }

  private void paintUntil(AtomicBoolean stop, Random painting) {
    while (!stop.get()) {
      int x = painting.nextInt(WIDTH - 100);
      int y = painting.nextInt(HEIGHT - 100);
      switch (painting.nextInt(20)) {
        case 0 -> noise(painting);
        case 1 -> desktop.damage(0, 0, WIDTH, HEIGHT);
        case 2, 3 -> desktop.copySilently(0, 16, 0, 0, WIDTH, HEIGHT - 16);
        case 4 -> desktop.copy(x, y, painting.nextInt(100), painting.nextInt(100), 100, 100);
        case 5 -> desktop.resize(WIDTH + painting.nextInt(50), HEIGHT + painting.nextInt(50));
        default -> desktop.scribble(painting, x, y, 1 + painting.nextInt(90), 20);
      }
    }
  }

  /** 0, 1, 2 want the same; 3 other pixels, 4 another encoding, 5 is asked for nothing. */
  private void watch(int kind, AtomicBoolean stop) {
    try (NullClient client = NullClient.connect(port)) {
      if (kind == 3) {
        client.setPixelFormat(Format.KNOWN.get(12));
      }
      client.setEncodings(
          kind == 4 ? NullClient.TIGHT : NullClient.ZRLE,
          NullClient.DESKTOP_SIZE,
          NullClient.LAST_RECT,
          kind == 1 ? NullClient.LAST_RECT : NullClient.COPY_RECT,
          kind == 5 ? NullClient.FENCE : NullClient.RAW,
          kind == 5 ? NullClient.CONTINUOUS_UPDATES : NullClient.RAW);
      if (kind == 5) {
        client.enableContinuousUpdates(true, 0, 0, 2 * WIDTH, 2 * HEIGHT);
      }
      for (int i = 0; i < 60 && !stop.get(); i++) {
        if (kind != 5) {
          client.request(true);
        }
        client.read();
      }
      if (kind == 0) {
        stop.set(true);
      }
      while (!stop.get() || !client.isSame(desktop)) {
        if (kind != 5) {
          client.request(true);
        }
        client.read();
      }
    } catch (IOException e) {
      throw new AssertionError("client of kind=" + kind, e);
    } finally {
      if (kind == 0) {
        stop.set(true);
      }
    }
  }
}
