package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateScannerTest {
  private final DeflateScanner scanner = new DeflateScanner();
  private final SplittableRandom random = new SplittableRandom(11);

  /** What zlib makes blocks of each type, and codes of each length, from. */
  enum Kind {
    NOISE {
      @Override
      int next(SplittableRandom random, int before) {
        return random.nextInt(256);
      }
    },
    /** Some values are so rare that their codes are longer than a table's index. */
    SKEWED {
      @Override
      int next(SplittableRandom random, int before) {
        return Math.min(255, Long.numberOfTrailingZeros(random.nextLong() | 1L << 60) * 7);
      }
    },
    WALK {
      @Override
      int next(SplittableRandom random, int before) {
        return before + random.nextInt(5) - 2;
      }
    },
    RUNS {
      @Override
      int next(SplittableRandom random, int before) {
        return random.nextInt(300) == 0 ? random.nextInt(256) : before;
      }
    };

    abstract int next(SplittableRandom random, int before);

    byte[] bytes(SplittableRandom random, int length) {
      byte[] bytes = new byte[length];
      int value = 0;
      for (int i = 0; i < length; i++) {
        value = next(random, value);
        bytes[i] = (byte) value;
      }
      return bytes;
    }
  }

  static byte[] deflate(byte[] bytes, int level, int strategy) {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[bytes.length * 2 + 100];
    int length = 0;
    while (!deflater.finished()) { // the first call does no more than to set the strategy
      length += deflater.deflate(out, length, out.length - length);
    }
    deflater.end();
    return Arrays.copyOf(out, length);
  }

  static ByteBuffer buffer(byte[] stream) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(stream.length + DeflateScanner.SLACK)
            .order(ByteOrder.LITTLE_ENDIAN);
    return buffer.put(stream).clear();
  }

  /** Looks at what was found, and has the end taken away. */
  private byte[] unended(byte[] stream) {
    scanner.scan(buffer(stream), stream.length);
    long mark = scanner.lastBlock();
    assertThat(stream[(int) (mark >>> 3)] >>> (mark & 7) & 1).as("the last block's mark").isOne();
    assertThat(stream.length * 8L - scanner.end()).as("bits behind the end").isBetween(0L, 7L);
    ByteBuf out = Unpooled.buffer();
    LibDeflate.appendUnended(buffer(stream), stream.length, scanner, out);
    return ByteBufUtil.getBytes(out);
  }

  /** Twice in a row, since what follows shows whether the flush is right. */
  private static byte[] inflate(byte[] stream, int length) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    byte[] first = next(inflater, stream, length);
    assertThat(next(inflater, stream, length)).isEqualTo(first);
    inflater.end();
    return first;
  }

  private static byte[] next(Inflater inflater, byte[] stream, int length)
      throws DataFormatException {
    inflater.setInput(stream);
    byte[] out = new byte[length + 1];
    int count = inflater.inflate(out);
    assertThat(inflater.finished()).as("the stream has no end").isFalse();
    assertThat(inflater.getRemaining()).isZero();
    return Arrays.copyOf(out, count);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void findsTheLastBlockOfWhatZlibMakes(Kind kind) throws DataFormatException {
    for (int level : new int[] {0, 1, 4, 9}) {
      for (int strategy : new int[] {Deflater.DEFAULT_STRATEGY, Deflater.HUFFMAN_ONLY}) {
        for (int i = 0; i < 20; i++) {
          int length = i < 10 ? 1 + random.nextInt(300) : 1 + random.nextInt(200_000);
          byte[] bytes = kind.bytes(random, length);
          byte[] unended = unended(deflate(bytes, level, strategy));
          assertThat(inflate(unended, length)).isEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void knowsAnEmptyStream() throws DataFormatException {
    assertThat(inflate(unended(deflate(new byte[0], 6, Deflater.DEFAULT_STRATEGY)), 0)).isEmpty();
  }

  /** A block of fixed codes, one of its own codes and a stored one take turns. */
  @Test
  void skipsBlocksOfAllTypesInOneStream() throws DataFormatException {
    byte[] bytes = new byte[600_000];
    int at = 0;
    while (at < bytes.length) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      byte[] part = kind.bytes(random, Math.min(20_000, bytes.length - at));
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    byte[] unended = unended(deflate(bytes, 6, Deflater.DEFAULT_STRATEGY));
    assertThat(scanner.lastBlock()).as("there are several").isPositive();
    assertThat(inflate(unended, bytes.length)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void refusesAStreamThatIsCut(int missing) {
    byte[] stream = deflate(Kind.WALK.bytes(random, 5000), 6, Deflater.DEFAULT_STRATEGY);
    byte[] cut = Arrays.copyOf(stream, stream.length - missing);
    assertThatThrownBy(() -> scanner.scan(buffer(cut), cut.length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no deflate stream");
  }

  @Test
  void refusesAStreamThatGoesOn() {
    byte[] stream = deflate(Kind.WALK.bytes(random, 5000), 6, Deflater.DEFAULT_STRATEGY);
    byte[] more = Arrays.copyOf(stream, stream.length + 1);
    assertThatThrownBy(() -> scanner.scan(buffer(more), more.length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it ends before its end");
  }

  /** Whatever stands there: it says no or finds an end, and reads nothing else's memory. */
  @Test
  void anyBytesAreScannedOrRefused() {
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] stream = new byte[random.nextInt(200)];
      random.nextBytes(stream);
      try {
        scanner.scan(buffer(stream), stream.length);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(15_000, 20_000);
  }
}
