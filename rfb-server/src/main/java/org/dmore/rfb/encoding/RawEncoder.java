package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/** Raw (RFC 6143, 7.7.1): the pixels, row by row. Every client takes it. */
final class RawEncoder implements Encoder {
  @Override
  public EncodingType type() {
    return EncodingType.RAW;
  }

  @Override
  public boolean encode(int[] pixels, int width, int height, PixelTranslator format, ByteBuf out) {
    int count = width * height;
    out.ensureWritable(count * format.bytesPerPixel());
    switch (format.bytesPerPixel()) {
      case 1 -> {
        for (int i = 0; i < count; i++) {
          out.writeByte(pixels[i]);
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          out.writeShortLE(pixels[i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out.writeIntLE(pixels[i]);
        }
      }
    }
    return true;
  }
}
