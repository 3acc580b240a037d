package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives is what is shown: every encoding, every format, changes, copies, sizes, cursor. */
class PixelsTest {
  private static final List<Integer> ENCODINGS =
      List.of(
          NullClient.RAW,
          NullClient.RRE,
          NullClient.HEXTILE,
          NullClient.ZLIB,
          NullClient.TIGHT,
          NullClient.ZRLE);

  private final MemoryDesktop desktop = new MemoryDesktop(400, 300);
  private RfbServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  static Stream<Arguments> everyEncodingAndFormat() {
    return ENCODINGS.stream()
        .flatMap(encoding -> Format.KNOWN.stream().map(format -> Arguments.of(encoding, format)));
  }

  @ParameterizedTest
  @MethodSource("everyEncodingAndFormat")
  void everyEncodingShowsEveryFormat(int encoding, Format format) throws Exception {
    Random random = new Random(encoding);
    try (NullClient client = NullClient.connect(port)) {
      client.setPixelFormat(format);
      client.setEncodings(encoding);
      for (int i = 0; i < 12; i++) {
        // Large and small, flat and noisy, beginning anywhere.
        int x = random.nextInt(400);
        int y = random.nextInt(300);
        desktop.scribble(random, x, y, 1 + random.nextInt(400 - x), 1 + random.nextInt(300 - y));
        if (i % 4 == 0) {
          desktop.fill(random.nextInt(300), random.nextInt(200), 100, 100, random.nextInt());
        }
        client.readUntilSame(desktop);
      }
      assertThat(client.rectangles(encoding)).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theRightPixelsComeWhateverIsDoneAndSaidMeanwhile(long seed) throws Exception {
    Random random = new Random(seed);
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> painter =
        CompletableFuture.runAsync(
            () -> {
              Random painting = new Random(seed);
              while (!stop.get()) {
                paint(painting);
                Thread.onSpinWait();
              }
            });
    try (NullClient client = NullClient.connect(port)) {
      client.setPixelFormat(Format.random(random));
      for (int i = 0; i < 20; i++) {
        if (seed % 2 == 0) {
          changeFormatBetweenUpdates(client, random);
        } else {
          askForMuchAtOnce(client, random);
        }
      }
      stop.set(true);
      painter.join();
      client.readUntilSame(desktop);
    } catch (IOException e) {
      throw new AssertionError("seed=" + seed, e);
    } finally {
      stop.set(true);
    }
  }

  /** One request, one update: only then is it sure which format the next update has. */
  private static void changeFormatBetweenUpdates(NullClient client, Random random)
      throws IOException {
    client.setPixelFormat(Format.random(random));
    client.setEncodings(encodings(random, NullClient.DESKTOP_SIZE));
    for (int i = 0; i < 3; i++) {
      client.request(false);
      client.readUpdate();
    }
  }

  private static void askForMuchAtOnce(NullClient client, Random random) throws IOException {
    client.setEncodings(
        encodings(
            random,
            random.nextBoolean() ? NullClient.DESKTOP_SIZE : NullClient.EXTENDED_DESKTOP_SIZE));
    for (int i = 0; i < 5; i++) {
      client.request(
          random.nextInt(4) > 0,
          random.nextInt(client.width()),
          random.nextInt(client.height()),
          random.nextInt(500),
          random.nextInt(500));
    }
    client.request(false);
    client.read();
  }

  private void paint(Random random) {
    Desktop.Size size = desktop.size();
    int x = random.nextInt(size.width());
    int y = random.nextInt(size.height());
    int w = 1 + random.nextInt(size.width() - x);
    int h = 1 + random.nextInt(size.height() - y);
    switch (random.nextInt(30)) {
      case 0 -> desktop.resize(100 + random.nextInt(400), 100 + random.nextInt(300));
      case 1, 2, 3 -> desktop.scribble(random, x, y, w, h);
      case 4, 5, 6, 7, 8, 9, 10 ->
          desktop.copy(
              random.nextInt(size.width() - w + 1),
              random.nextInt(size.height() - h + 1),
              x,
              y,
              w,
              h);
      default -> desktop.fill(x, y, Math.min(w, 16), Math.min(h, 16), random.nextInt(1 << 24));
    }
  }

  /** Any order, and always a way to follow the size. */
  private static Integer[] encodings(Random random, int size) {
    List<Integer> all = new ArrayList<>(ENCODINGS);
    all.addAll(
        List.of(
            NullClient.COPY_RECT,
            NullClient.CURSOR,
            NullClient.QEMU_KEY,
            NullClient.TIGHT_PNG,
            50,
            -1000));
    all.add(-256 + random.nextInt(10)); // a compression level
    Collections.shuffle(all, random);
    List<Integer> some = new ArrayList<>(all.subList(0, 1 + random.nextInt(all.size())));
    some.add(size);
    if (random.nextBoolean()) {
      some.add(NullClient.LAST_RECT);
    }
    return some.toArray(Integer[]::new);
  }

  @Test
  void aCopyIsSentAsOneAndDamageAfterItAsPixels() throws Exception {
    Random random = new Random(1);
    desktop.scribble(random, 0, 0, 400, 300);
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.COPY_RECT, NullClient.ZRLE);
      client.readUntilSame(desktop);
      desktop.copy(0, 16, 0, 0, 400, 284);
      desktop.fill(0, 284, 400, 16, 0x112233);
      client.readUntilSame(desktop);
      assertThat(client.rectangles(NullClient.COPY_RECT)).isEqualTo(1);
      assertThat(client.rectangles(NullClient.ZRLE)).isEqualTo(4);
    }
  }

  @Test
  void aCopyFromPixelsThatTheClientHasNotSeenIsSentAsPixels() throws Exception {
    Random random = new Random(1);
    desktop.scribble(random, 0, 0, 400, 300);
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.COPY_RECT, NullClient.HEXTILE);
      client.readUntilSame(desktop);
      desktop.scribble(random, 10, 10, 50, 50);
      desktop.copy(0, 0, 200, 100, 100, 100);
      client.readUntilSame(desktop);
      assertThat(client.rectangles(NullClient.COPY_RECT)).isZero();
    }
  }

  @Test
  void aChangeAnswersTheRequestThatWaitsForIt() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.request(false);
      client.read();
      client.request(true);
      desktop.fill(5, 6, 7, 8, 0xabcdef);
      client.read();
      assertThat(client.isSame(desktop)).isTrue();
    }
  }

  @Test
  void aChangeOutsideWhatWasAskedForWaits() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.request(false);
      client.read();
      int before = client.rectangles(NullClient.RAW);
      client.request(true, 100, 100, 50, 50);
      desktop.fill(0, 0, 10, 10, 0xabcdef);
      desktop.fill(95, 95, 10, 10, 0xabcdef);
      client.read();
      assertThat(client.rectangles(NullClient.RAW)).isEqualTo(before + 1);
      assertThat(client.isSame(desktop)).isFalse();
      client.readUntilSame(desktop);
    }
  }

  @Test
  void everyFullRequestIsAnsweredWithTheLayoutAndSetDesktopSizeIsRefused() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.EXTENDED_DESKTOP_SIZE, NullClient.DESKTOP_SIZE);
      client.request(false);
      client.read();
      assertThat(client.layout()).isEqualTo("0/0 400x300 1 1");
      client.readUntilSame(desktop);
      client.request(false);
      client.read();
      client.read();
      assertThat(client.rectangles(NullClient.EXTENDED_DESKTOP_SIZE)).isEqualTo(2);
      client.request(true);
      client.setDesktopSize(800, 600);
      client.read();
      assertThat(client.layout()).isEqualTo("1/1 400x300 1 1");
      desktop.resize(123, 77);
      client.readUntilSame(desktop);
      assertThat(client.layout()).isEqualTo("0/0 123x77 1 1");
      assertThat(client.rectangles(NullClient.DESKTOP_SIZE)).isZero();
    }
  }

  @Test
  void aClientThatCannotFollowSeesTheDesktopCroppedOrOnBlack() throws Exception {
    Random random = new Random(1);
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.HEXTILE);
      client.readUntilSame(desktop);
      desktop.resize(200, 500);
      desktop.scribble(random, 0, 0, 200, 500);
      client.readUntilSame(desktop);
      desktop.resize(600, 100);
      desktop.scribble(random, 0, 0, 600, 100);
      client.readUntilSame(desktop);
      assertThat(client.width()).isEqualTo(400);
    }
  }

  @Test
  void aBurstOfSizesIsOneChange() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.DESKTOP_SIZE);
      client.readUntilSame(desktop);
      for (int i = 1; i <= 100; i++) {
        desktop.resize(100 + i, 200 - i);
      }
      client.readUntilSame(desktop);
      assertThat(client.rectangles(NullClient.DESKTOP_SIZE)).isEqualTo(1);
    }
  }

  @Test
  void theCursorComesWhereItIsOfferedAndThereIsOne() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.CURSOR);
      client.readUntilSame(desktop);
      assertThat(client.cursor()).isEmpty();
      desktop.cursor(
          Optional.of(
              new CursorShape(
                  3, 2, 1, 0, new int[] {0xff112233, 0, -1, 0x7f000000, 0x80010203, 0})));
      client.request(true);
      client.read();
      assertThat(client.cursor()).isEqualTo("3x2+1+0 112233 0 ffffff 0 10203 0 ma0 m40");
      desktop.cursor(Optional.empty());
      client.request(true);
      client.read();
      assertThat(client.cursor()).isEqualTo("0x0+0+0");
    }
  }

  @Test
  void extendedKeyEventsAreAnnouncedOnce() throws Exception {
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.QEMU_KEY);
      client.readUntilSame(desktop);
      client.setEncodings(NullClient.QEMU_KEY, NullClient.RRE);
      desktop.fill(0, 0, 10, 10, 1);
      client.readUntilSame(desktop);
      assertThat(client.rectangles(NullClient.QEMU_KEY)).isEqualTo(1);
    }
  }

  @Test
  void aDesktopAsLargeAsRfbCountsIsShown() throws Exception {
    desktop.resize(65535, 3);
    desktop.scribble(new Random(1), 0, 0, 65535, 3);
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.ZRLE, NullClient.LAST_RECT);
      client.readUntilSame(desktop);
      assertThat(client.rectangles(NullClient.LAST_RECT)).isEqualTo(1);
    }
  }
}
