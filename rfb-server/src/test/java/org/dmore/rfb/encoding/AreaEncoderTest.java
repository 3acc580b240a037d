package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an area becomes, decoded by a client that shares no code with the encoders. */
class AreaEncoderTest {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 200;

  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private final AreaEncoder encoder = new AreaEncoder();

  /** Fewer than there are streams: they are taken from each other all the time. */
  private final DeflaterPool pool = new DeflaterPool(2);

  private final int[] rgb = new int[AreaEncoder.MAX_AREA];

  @AfterEach
  void close() {
    encoder.close();
    assertThat(pool.deflaters()).isLessThanOrEqualTo(2);
    pool.close();
  }

  private static EncodingParameters wants(
      int quality, int compression, boolean lastRect, Format format, EncodingType... encodings) {
    return new EncodingParameters(
        List.of(encodings), quality, compression, lastRect, new PixelTranslator(server(format)));
  }

  private static PixelFormat server(Format f) {
    return new PixelFormat(
        f.bits(),
        f.depth(),
        f.bigEndian(),
        f.trueColour(),
        f.redMax(),
        f.greenMax(),
        f.blueMax(),
        f.redShift(),
        f.greenShift(),
        f.blueShift());
  }

  private Rectangle read(int x, int y, int w, int h) {
    desktop.copyPixels(x, y, w, h, rgb, 0, w);
    return new Rectangle(x, y, w, h);
  }

  private Rectangle readSome(Random random) {
    int x = random.nextInt(WIDTH);
    int y = random.nextInt(HEIGHT);
    return read(x, y, 1 + random.nextInt(WIDTH - x), 1 + random.nextInt(HEIGHT - y));
  }

  private Encoded send(EncodingParameters wanted, ZlibStreams streams, CannedServer to)
      throws Exception {
    ByteBuf out = Unpooled.buffer();
    try {
      Encoded encoded = encoder.encode(rgb, read(0, 0, WIDTH, HEIGHT), wanted, streams, out);
      to.send(out, encoded.rectangles());
      return encoded;
    } finally {
      out.release();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EncodingType.class,
      names = {"ZLIB", "ZRLE", "TIGHT", "TIGHT_PNG", "HEXTILE"})
  void sharedRectanglesAndAClientsOwnFollowEachOtherInAnyOrder(EncodingType type) throws Exception {
    Random random = new Random(type.number());
    List<CannedServer> servers = new ArrayList<>();
    List<ZlibStreams> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        servers.add(new CannedServer(WIDTH, HEIGHT));
        servers.get(i).wants(Format.RGB888, type.number());
        streams.add(new ZlibStreams(pool));
      }
      for (int step = 0; step < 60; step++) {
        boolean lastRect = random.nextBoolean();
        EncodingParameters wanted = wants(-1, random.nextInt(3) - 1, lastRect, Format.RGB888, type);
        desktop.scribble(random, 0, 0, WIDTH, HEIGHT);
        desktop.fill(random.nextInt(200), random.nextInt(100), 100, 100, random.nextInt(1 << 24));
        Rectangle area = step % 2 == 0 ? read(0, 0, WIDTH, HEIGHT) : readSome(random);
        try (SharedRectangles shared =
            encoder.encodeShared(rgb, area, wanted, UnpooledByteBufAllocator.DEFAULT)) {
          assertThat(shared.encoded().lossy()).isFalse();
          for (int i = 0; i < servers.size(); i++) {
            ByteBuf out = Unpooled.buffer();
            try {
              int count;
              if (random.nextBoolean()) {
                streams.get(i).append(shared, out);
                count = shared.encoded().rectangles();
              } else {
                count = encoder.encode(rgb, area, wanted, streams.get(i), out).rectangles();
              }
              assertThat(lastRect ? 1 : count).isEqualTo(1);
              servers.get(i).send(out, count);
            } finally {
              out.release();
            }
          }
        }
        if (step % 2 == 0) {
          for (CannedServer server : servers) {
            assertThat(server.client().isSame(desktop)).as("step=" + step).isTrue();
          }
        }
      }
    } finally {
      streams.forEach(ZlibStreams::close);
      for (CannedServer server : servers) {
        server.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void everyCompressionLevelIsDecodableAndTheLevelMayChange(int level) throws Exception {
    Random random = new Random(level);
    for (EncodingType type :
        List.of(EncodingType.ZLIB, EncodingType.ZRLE, EncodingType.TIGHT, EncodingType.TIGHT_PNG)) {
      try (CannedServer server = new CannedServer(WIDTH, HEIGHT);
          ZlibStreams streams = new ZlibStreams(pool)) {
        server.wants(Format.RGB888, type.number());
        for (int i = 0; i < 8; i++) {
          desktop.scribble(random, 0, 0, WIDTH, HEIGHT);
          int now = i % 4 == 3 ? random.nextInt(10) : level;
          Encoded encoded = send(wants(-1, now, i % 2 == 0, Format.RGB888, type), streams, server);
          assertThat(encoded.lossy()).isFalse();
          assertThat(server.client().isSame(desktop)).as(type + " step=" + i).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 24", "1, 27", "2, 28", "3, 28", "4, 29", "5, 31", "6, 32", "7, 34", "8, 37", "9, 42"
  })
  void aPhotoComesAsNearAsTheQualityLevelSays(int quality, double psnr) throws Exception {
    desktop.photograph(new Random(quality), 0, 0, WIDTH, HEIGHT);
    for (EncodingType type :
        List.of(EncodingType.TIGHT, EncodingType.TIGHT_PNG, EncodingType.JPEG)) {
      for (Format format :
          List.of(Format.RGB888, new Format(32, 24, true, true, 255, 255, 255, 0, 8, 16))) {
        try (CannedServer server = new CannedServer(WIDTH, HEIGHT);
            ZlibStreams streams = new ZlibStreams(pool)) {
          server.wants(format, type.number());
          EncodingParameters wanted = wants(quality, -1, false, format, type);
          Encoded encoded = send(wanted, streams, server);
          assertThat(encoded.lossy()).isTrue();
          assertThat(server.client().images()).isEqualTo(1);
          assertThat(server.client().psnr(desktop)).as(type.name()).isBetween(psnr, 60.0);
          encoded = send(wanted.lossless(), streams, server);
          assertThat(encoded.lossy()).isFalse();
          assertThat(server.client().isSame(desktop)).isTrue();
        }
      }
    }
  }

  @Test
  void whatIsDrawnAndWhatMayNotBeLostAreExactWhateverTheQuality() throws Exception {
    Random random = new Random(7);
    Format rgb332 = new Format(8, 8, true, true, 7, 7, 3, 0, 3, 6);
    for (EncodingType type :
        List.of(EncodingType.TIGHT, EncodingType.TIGHT_PNG, EncodingType.JPEG)) {
      try (CannedServer server = new CannedServer(WIDTH, HEIGHT);
          ZlibStreams streams = new ZlibStreams(pool)) {
        server.wants(Format.RGB888, type.number());
        desktop.fill(0, 0, WIDTH, HEIGHT, 0x223344);
        for (int i = 0; i < 60; i++) {
          int colour = random.nextInt(1 << 24);
          desktop.fill(random.nextInt(270), random.nextInt(170), 30, 30, colour);
        }
        assertThat(send(wants(0, -1, false, Format.RGB888, type), streams, server).lossy())
            .isFalse();
        assertThat(server.client().isSame(desktop)).isTrue();
        desktop.photograph(random, 0, 0, WIDTH, HEIGHT);
        EncodingParameters unset = wants(-1, -1, false, Format.RGB888, type);
        assertThat(send(unset, streams, server).lossy()).isEqualTo(type == EncodingType.JPEG);
        server.wants(rgb332, type.number());
        assertThat(send(wants(5, -1, false, rgb332, type), streams, server).lossy()).isFalse();
        assertThat(server.client().isSame(desktop)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = EncodingType.class, names = "COPY_RECT", mode = EnumSource.Mode.EXCLUDE)
  void everyEncodingHasTheRightPixelsInEveryFormatAndOrder(EncodingType type) throws Exception {
    Random random = new Random(type.number());
    try (CannedServer server = new CannedServer(WIDTH, HEIGHT);
        ZlibStreams streams = new ZlibStreams(pool)) {
      server.client().setEncodings(type.number(), NullClient.TIGHT);
      for (Format format : Format.KNOWN) {
        if (!format.trueColour()) {
          continue; // the map would have to be sent
        }
        server.client().setPixelFormat(format);
        for (int i = 0; i < 4; i++) {
          desktop.scribble(random, 0, 0, WIDTH, HEIGHT);
          desktop.fill(random.nextInt(200), random.nextInt(100), 100, 100, 0xabcdef);
          EncodingParameters wanted =
              wants(-1, -1, i % 2 == 1, format, type, EncodingType.TIGHT).lossless();
          send(wanted, streams, server);
          assertThat(server.client().isSame(desktop)).as(format.toString()).isTrue();
        }
      }
    }
  }

  @Test
  void whatChangesWithinAnAreaIsCutIntoRectanglesWhereTheClientTakesLastRect() throws Exception {
    Random random = new Random(5);
    desktop.fill(0, 0, WIDTH, HEIGHT, 0);
    for (int y = 0; y < HEIGHT - 16; y += 16) {
      desktop.type(random, 0, y, 20);
    }
    desktop.fill(64, 64, 10, 10, 0xff0000);
    desktop.photograph(random, 160, 32, 128, 128);
    Integer[] encodings = {NullClient.TIGHT, NullClient.TIGHT_PNG};
    for (EncodingType type : List.of(EncodingType.TIGHT, EncodingType.TIGHT_PNG)) {
      try (CannedServer server = new CannedServer(WIDTH, HEIGHT);
          ZlibStreams streams = new ZlibStreams(pool)) {
        server.wants(Format.RGB888, encodings);
        assertThat(send(wants(6, -1, false, Format.RGB888, type), streams, server).rectangles())
            .isEqualTo(1);
        Encoded parts = send(wants(6, -1, true, Format.RGB888, type), streams, server);
        assertThat(parts.rectangles()).isBetween(5, 60);
        assertThat(parts.lossy()).isTrue();
        assertThat(server.client().images()).isPositive();
        // The text is exact, only the photo is not.
        assertThat(server.client().psnr(desktop)).isBetween(30.0, 60.0);
        assertThat(server.client().isSame(desktop, 0, 0, 160, HEIGHT)).isTrue();
        send(wants(-1, -1, true, Format.RGB888, type), streams, server);
        assertThat(server.client().isSame(desktop)).isTrue();
      }
    }
  }

  @Test
  void twoThatWantTheSameAreEqual() {
    EncodingParameters one = wants(3, 4, true, Format.RGB888, EncodingType.TIGHT);
    EncodingParameters two = wants(3, 4, true, Format.RGB888, EncodingType.TIGHT);
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
    assertThat(one).isNotEqualTo(one.lossless());
    assertThat(one).isNotEqualTo(one.withFormat(new PixelTranslator(server(Format.KNOWN.get(3)))));
  }

  @Test
  void anAreaThatIsNoneIsRefused() {
    try (ZlibStreams streams = new ZlibStreams(pool)) {
      ByteBuf out = Unpooled.buffer();
      Rectangle large = new Rectangle(0, 0, 257, 256);
      Rectangle none = new Rectangle(0, 0, 0, 5);
      Rectangle wide = new Rectangle(0, 0, 2049, 2);
      for (Rectangle area : List.of(large, none, wide)) {
        assertThatThrownBy(
                () -> encoder.encode(rgb, area, EncodingParameters.INITIAL, streams, out))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("area=");
      }
      assertThat(out.readableBytes()).isZero();
      out.release();
    }
  }
}
