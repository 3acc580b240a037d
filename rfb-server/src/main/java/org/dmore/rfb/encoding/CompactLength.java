package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/**
 * Tight's length (rfbproto): 7 bits in each of two bytes, lowest first, whose highest bit tells of
 * more to come, and 8 in a third.
 *
 * <p>What it counts is written first; three bytes are kept free before it and closed up after.
 */
final class CompactLength {
  private static final int RESERVED = 3;
  private static final int MAX = 1 << 22;

  private CompactLength() {}

  /** Keeps room; returns where what is counted begins. */
  static int reserve(ByteBuf out) {
    out.writeZero(RESERVED);
    return out.writerIndex();
  }

  /** Writes the length of all that was written since {@link #reserve}. */
  static void set(ByteBuf out, int start) {
    int length = out.writerIndex() - start;
    if (length >= MAX) {
      throw new IllegalStateException("length=" + length + " does not fit 22 bits");
    }
    int at = start - RESERVED;
    out.setByte(at++, length < 1 << 7 ? length : length | 0x80);
    if (length >= 1 << 7) {
      out.setByte(at++, length < 1 << 14 ? length >> 7 : length >> 7 | 0x80);
    }
    if (length >= 1 << 14) {
      out.setByte(at++, length >> 14);
    }
    if (at < start) {
      out.setBytes(at, out, start, length);
      out.writerIndex(at + length);
    }
  }
}
