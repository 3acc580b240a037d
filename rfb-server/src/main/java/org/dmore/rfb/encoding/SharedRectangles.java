package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/**
 * Rectangles that any client with the same {@link EncodingParameters} can be sent, in any order and
 * mixed with rectangles of its own: made by {@link AreaEncoder#encodeShared}, sent by {@link
 * ZlibStreams#append}. Immutable; may go from thread to thread. Whoever made it closes it when no
 * client needs it any more, on any thread, once.
 */
public final class SharedRectangles implements AutoCloseable {
  static final int NONE = -1;

  private final ByteBuf bytes;
  private final Encoded encoded;
  private final int zlibLengthAt;
  private final int zrleLengthAt;

  /**
   * Takes the buffer over.
   *
   * @param zlibLengthAt where the first Zlib rectangle's length stands in the buffer, or NONE
   * @param zrleLengthAt where the first ZRLE rectangle's length stands in the buffer, or NONE
   */
  SharedRectangles(ByteBuf bytes, Encoded encoded, int zlibLengthAt, int zrleLengthAt) {
    this.bytes = bytes;
    this.encoded = encoded;
    this.zlibLengthAt = zlibLengthAt;
    this.zrleLengthAt = zrleLengthAt;
  }

  /** How many rectangles these are, and whether they lose. */
  public Encoded encoded() {
    return encoded;
  }

  /** Bytes that each client is sent, save a few once for the head of a zlib stream. */
  public int length() {
    return bytes.readableBytes();
  }

  ByteBuf bytes() {
    return bytes;
  }

  int zlibLengthAt() {
    return zlibLengthAt;
  }

  int zrleLengthAt() {
    return zrleLengthAt;
  }

  @Override
  public void close() {
    bytes.release();
  }
}
