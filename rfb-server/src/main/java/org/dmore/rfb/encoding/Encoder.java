package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/**
 * Writes rectangles in one encoding. Holds scratch memory of a worker and nothing of a client; used
 * by one thread at a time.
 */
interface Encoder extends AutoCloseable {
  /** Greatest area of a rectangle, in pixels: what is worked off before others have their turn. */
  int MAX_AREA = 65536;

  /** Which encoding it is. */
  EncodingType type();

  /**
   * Appends a rectangle's body; its header stands in {@code out} already.
   *
   * @param pixels {@code width * height} colours row by row, as {@link PixelTranslator} tells; left
   *     as they are
   * @param width 1 to 65535; {@code width * height} is at most {@link #MAX_AREA}
   * @param wanted what the client wants
   * @param deflation where compressed bytes go
   * @return false if the rectangle is not worth this encoding; it then goes as Raw, and what was
   *     appended is taken back
   */
  boolean encode(
      int[] pixels,
      int width,
      int height,
      EncodingParameters wanted,
      Deflation deflation,
      ByteBuf out);

  /** Frees what the JVM does not. */
  @Override
  default void close() {}
}
