package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/**
 * Writes rectangles in one encoding, for one connection, of which it holds the state (zlib streams
 * live as long as the connection). Used on the connection's event loop.
 */
public interface Encoder extends AutoCloseable {
  /** Greatest area of a rectangle, in pixels: what is worked off before others have their turn. */
  int MAX_AREA = 65536;

  EncodingType type();

  /**
   * Appends a rectangle's body; its header stands in {@code out} already.
   *
   * @param pixels {@code width * height} pixels row by row, as {@link PixelTranslator} made them;
   *     the encoder must leave them as they are
   * @param width 1 to 65535; {@code width * height} is at most {@link #MAX_AREA}
   * @param format what the pixels are
   * @return false if the rectangle is not worth this encoding; it then goes as Raw, and what was
   *     appended is taken back
   */
  boolean encode(int[] pixels, int width, int height, PixelTranslator format, ByteBuf out);

  /** Frees what the JVM does not. */
  @Override
  default void close() {}
}
