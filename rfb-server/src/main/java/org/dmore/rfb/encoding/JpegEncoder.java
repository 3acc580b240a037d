package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/** JPEG (rfbproto, encoding 21): a JPEG file, complete with its tables. */
final class JpegEncoder implements Encoder {
  private final LazyJpeg jpeg;

  JpegEncoder(LazyJpeg jpeg) {
    this.jpeg = jpeg;
  }

  @Override
  public EncodingType type() {
    return EncodingType.JPEG;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    jpeg.compress(block, wanted, out);
    return Outcome.LOSSY;
  }
}
