package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** Raw deflate straight into an output buffer, each call's output ended by a flush. */
final class DeflateBlocks implements AutoCloseable {
  /** The head of a zlib stream: deflate, a window of 32 KiB, no dictionary (RFC 1950, 2.2). */
  static final int ZLIB_HEAD = 0x7801;

  private static final int CHUNK = 8192;

  /** A level that no deflater has: the first call sets it. */
  private int level = -1;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);

  /** Whether {@link #deflate} would go on with that level. */
  boolean hasLevel(int wanted) {
    return level == wanted;
  }

  /** Forgets what it compressed before: the next block refers to nothing. */
  void forget(int nextLevel) {
    deflater.reset();
    if (level != nextLevel) {
      // Right after a reset only: within a stream zlib would flush first, into no buffer.
      deflater.setLevel(nextLevel);
      level = nextLevel;
    }
  }

  /** Compresses bytes and flushes. */
  void deflate(byte[] bytes, int length, ByteBuf out) {
    deflater.setInput(bytes, 0, length);
    // More to do where the space was used up, and after a call that did no more than to change the
    // level.
    boolean more = true;
    while (more) {
      more = deflateTo(out, length) || !deflater.needsInput();
    }
  }

  /** Returns whether the space was used up. */
  private boolean deflateTo(ByteBuf out, int length) {
    out.ensureWritable(Math.min(CHUNK, length + 64));
    int space = Math.min(out.writableBytes(), 8 * CHUNK);
    ByteBuffer target = out.internalNioBuffer(out.writerIndex(), space);
    int written = deflater.deflate(target, Deflater.SYNC_FLUSH);
    out.writerIndex(out.writerIndex() + written);
    return written == space;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
