package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Compresses each rectangle by itself, so that any client can be sent it.
 *
 * <p>Zlib and ZRLE rectangles come without the head of a zlib stream; where the first of each has
 * its length is kept, for {@link ZlibStreams#append} to put the head behind it. Tight rectangles
 * all go by stream 3, which a client's own rectangles never use, and reset it: they bring their own
 * head. Each of them does, though those of an area stay together: noVNC's inflate (pako) keeps no
 * window once a stream was reset, so what follows a reset must refer to nothing before itself.
 */
final class FreshDeflation implements Deflation, AutoCloseable {
  private static final int TIGHT_STREAM = 3;

  /** What is shorter is zlib's: two copies and a call take more time than the library spares. */
  private static final int MIN_FOR_LIBRARY = 2048;

  /** Null until it is needed. */
  private DeflateBlocks blocks;

  /** Null until it is needed, or if this machine has none. */
  private LibDeflate library;

  private final int[] lengthAt = new int[ZlibStreams.Name.values().length];
  private DeflateLevel tightLevel = new DeflateLevel(1, DeflateLevel.ZLIBS);

  /** Forgets where lengths were. */
  void begin() {
    Arrays.fill(lengthAt, SharedRectangles.NONE);
  }

  /** Where the first length of a stream's rectangles stands, as an index of the buffer, or NONE. */
  int lengthAt(ZlibStreams.Name stream) {
    return lengthAt[stream.index()];
  }

  @Override
  public void deflate(
      ZlibStreams.Name stream, DeflateLevel level, byte[] bytes, int length, ByteBuf out) {
    if (lengthAt[stream.index()] == SharedRectangles.NONE) {
      lengthAt[stream.index()] = out.writerIndex() - Integer.BYTES;
    }
    deflate(level, bytes, length, out);
  }

  @Override
  public int beginTight(int wanted, DeflateLevel level) {
    tightLevel = level;
    return TIGHT_STREAM << 4 | 1 << TIGHT_STREAM;
  }

  @Override
  public void deflateTight(byte[] bytes, int length, ByteBuf out) {
    out.writeShort(DeflateBlocks.ZLIB_HEAD);
    deflate(tightLevel, bytes, length, out);
  }

  private void deflate(DeflateLevel level, byte[] bytes, int length, ByteBuf out) {
    if (level.libdeflate() != DeflateLevel.ZLIBS
        && length >= MIN_FOR_LIBRARY
        && DeflateLibraries.haveLibDeflate()) {
      if (library == null) {
        library = new LibDeflate();
      }
      library.deflate(level.libdeflate(), bytes, length, out);
      return;
    }
    if (blocks == null) {
      blocks = new DeflateBlocks();
    }
    blocks.forget(level.zlib());
    blocks.deflate(bytes, length, out);
  }

  @Override
  public void close() {
    if (blocks != null) {
      blocks.close();
    }
    if (library != null) {
      library.close();
    }
  }
}
