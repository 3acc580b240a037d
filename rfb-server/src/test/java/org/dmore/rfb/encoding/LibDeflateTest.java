package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.dmore.rfb.clients.VirtualScreen;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LibDeflateTest {
  private final SplittableRandom random = new SplittableRandom(12);

  @BeforeAll
  static void needsTheLibrary() {
    VirtualScreen.demand(DeflateLibraries.haveLibDeflate(), "libdeflate.so.0", "libdeflate0");
  }

  /** Each piece is decoded when it has come, and the next goes on in the same stream. */
  @Test
  void piecesOfAllKindsMakeOneStreamThatHasNoEnd() throws DataFormatException {
    Inflater inflater = new Inflater(true);
    boolean ownByte = false;
    boolean sharedByte = false;
    try (LibDeflate library = new LibDeflate();
        DeflateBlocks zlib = new DeflateBlocks()) {
      for (int i = 0; i < 400; i++) {
        var kinds = DeflateScannerTest.Kind.values();
        int length = i % 2 == 0 ? 1 + random.nextInt(3000) : 1 + random.nextInt(200_000);
        byte[] bytes = kinds[random.nextInt(kinds.length)].bytes(random, length);
        ByteBuf out = Unpooled.buffer();
        if (i % 5 == 4) {
          // The other worker's may stand between.
          zlib.forget(2);
          zlib.deflate(bytes, length, out);
        } else {
          library.deflate(1 + random.nextInt(9), bytes, length, out);
          boolean zero = out.getByte(out.writerIndex() - 5) == 0;
          ownByte |= zero;
          sharedByte |= !zero;
        }
        inflater.setInput(out.nioBuffer());
        byte[] inflated = new byte[length + 1];
        assertThat(inflater.inflate(inflated)).isEqualTo(length);
        assertThat(inflater.getRemaining()).isZero();
        assertThat(inflater.finished()).isFalse();
        assertThat(inflated).startsWith(bytes);
      }
    }
    inflater.end();
    assertThat(ownByte && sharedByte).as("heads with and without a byte of their own").isTrue();
  }

  @Test
  void whatIsSentForPhotosIsShorterThanZlibs() {
    byte[] photo = DeflateScannerTest.Kind.WALK.bytes(random, 196_608);
    ByteBuf own = Unpooled.buffer();
    ByteBuf zlibs = Unpooled.buffer();
    try (LibDeflate library = new LibDeflate();
        DeflateBlocks zlib = new DeflateBlocks()) {
      DeflateLevel level = DeflateLevels.PIXELS.of(EncodingParameters.INITIAL);
      library.deflate(level.libdeflate(), photo, photo.length, own);
      zlib.forget(level.zlib());
      zlib.deflate(photo, photo.length, zlibs);
    }
    assertThat(own.readableBytes()).isLessThan(zlibs.readableBytes());
  }

  @Test
  void aWorkersBlocksAreTheLibrarysForPixelsAndZlibsForTheRest() {
    byte[] bytes = DeflateScannerTest.Kind.WALK.bytes(random, 10_000);
    try (FreshDeflation fresh = new FreshDeflation();
        LibDeflate library = new LibDeflate();
        DeflateBlocks zlib = new DeflateBlocks()) {
      fresh.begin();
      for (DeflateLevels kind : DeflateLevels.values()) {
        DeflateLevel level = kind.of(EncodingParameters.INITIAL);
        ByteBuf out = Unpooled.buffer().writeInt(0);
        fresh.deflate(ZlibStreams.Name.ZRLE, level, bytes, bytes.length, out);
        ByteBuf same = Unpooled.buffer().writeInt(0);
        if (kind == DeflateLevels.PIXELS) {
          library.deflate(level.libdeflate(), bytes, bytes.length, same);
        } else {
          zlib.forget(level.zlib());
          zlib.deflate(bytes, bytes.length, same);
        }
        assertThat(out).as("%s", kind).isEqualTo(same);
      }
    }
  }

  @Test
  void refusesLevelsThatItHasNot() {
    try (LibDeflate library = new LibDeflate()) {
      assertThatThrownBy(() -> library.deflate(0, new byte[10], 10, Unpooled.buffer()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> library.deflate(10, new byte[10], 10, Unpooled.buffer()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isOfNoUseOnceItIsClosed() {
    LibDeflate library = new LibDeflate();
    library.close();
    library.close();
    assertThatThrownBy(() -> library.deflate(1, new byte[10], 10, Unpooled.buffer()))
        .isInstanceOf(IllegalStateException.class);
  }
}
