package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/** Raw (RFC 6143, 7.7.1): the pixels, row by row. Every client takes it. */
final class RawEncoder implements Encoder {
  /** By chunks: a buffer's checks for each pixel would cost more than the pixel. */
  private static final int PIXELS = 2048;

  private final byte[] bytes = new byte[PIXELS * 4];

  @Override
  public EncodingType type() {
    return EncodingType.RAW;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int[] pixels = block.colours();
    PixelTranslator format = wanted.format();
    int count = block.count();
    out.ensureWritable(count * format.bytesPerPixel());
    for (int from = 0; from < count; from += PIXELS) {
      int now = Math.min(PIXELS, count - from);
      out.writeBytes(bytes, 0, format.storePixels(pixels, from, now, bytes, 0));
    }
    return Outcome.EXACT;
  }
}
