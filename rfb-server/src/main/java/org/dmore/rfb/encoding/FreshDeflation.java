package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Compresses an area's rectangles by themselves, so that any client can be sent them.
 *
 * <p>Zlib and ZRLE rectangles come without the head of a zlib stream; where the first of each has
 * its length is kept, for {@link ZlibStreams#append} to put the head behind it. Tight rectangles
 * all go by stream 3, which a client's own rectangles never use. The area's first resets it and
 * brings its own head; those that follow go on with it, since an area's rectangles stay together.
 */
final class FreshDeflation implements Deflation, AutoCloseable {
  private static final int TIGHT_STREAM = 3;

  /** Null until it is needed. */
  private DeflateBlocks blocks;

  private final int[] lengthAt = new int[ZlibStreams.Name.values().length];

  /** Whether the Tight stream was reset by a rectangle of the same area, and only Tight's since. */
  private boolean tightOpen;

  private boolean tightHeadDue;

  /** Forgets where lengths were. */
  void begin() {
    Arrays.fill(lengthAt, SharedRectangles.NONE);
    tightOpen = false;
  }

  /** Where the first length of a stream's rectangles stands, as an index of the buffer, or NONE. */
  int lengthAt(ZlibStreams.Name stream) {
    return lengthAt[stream.index()];
  }

  @Override
  public void deflate(ZlibStreams.Name stream, int level, byte[] bytes, int length, ByteBuf out) {
    if (lengthAt[stream.index()] == SharedRectangles.NONE) {
      lengthAt[stream.index()] = out.writerIndex() - Integer.BYTES;
    }
    tightOpen = false;
    DeflateBlocks any = blocks();
    any.forget(level);
    any.deflate(bytes, length, out);
  }

  @Override
  public int beginTight(int wanted, int level) {
    if (tightOpen && blocks().hasLevel(level)) {
      return TIGHT_STREAM << 4;
    }
    blocks().forget(level);
    tightOpen = true;
    tightHeadDue = true;
    return TIGHT_STREAM << 4 | 1 << TIGHT_STREAM;
  }

  @Override
  public void deflateTight(byte[] bytes, int length, ByteBuf out) {
    if (tightHeadDue) {
      tightHeadDue = false;
      out.writeShort(DeflateBlocks.ZLIB_HEAD);
    }
    blocks().deflate(bytes, length, out);
  }

  private DeflateBlocks blocks() {
    if (blocks == null) {
      blocks = new DeflateBlocks();
    }
    return blocks;
  }

  @Override
  public void close() {
    if (blocks != null) {
      blocks.close();
    }
  }
}
