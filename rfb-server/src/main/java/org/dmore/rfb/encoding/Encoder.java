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

  /** What became of a rectangle. */
  enum Outcome {
    /** The client will show what the desktop shows, as far as its format can. */
    EXACT,
    /** The client will show something like it. */
    LOSSY,
    /** The encoding is not worth it: the rectangle goes as Raw, what was appended is taken back. */
    NOT_WORTH
  }

  /** Which encoding it is. */
  EncodingType type();

  /**
   * Appends a rectangle's body; its header stands in {@code out} already.
   *
   * @param block 1x1 to {@link #MAX_AREA} pixels
   * @param wanted what the client wants
   * @param deflation where compressed bytes go
   */
  Outcome encode(PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out);

  /** Frees what the JVM does not. */
  @Override
  default void close() {}
}
