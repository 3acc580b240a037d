package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.protocol.PseudoEncoding;

/** Writes the Cursor pseudo-encoding (RFC 6143, 7.8.1): pixels, then a mask of a bit each. */
final class CursorWriter {
  /** From this alpha on a pixel is seen; the mask knows nothing between. */
  private static final int OPAQUE_FROM = 128;

  private CursorWriter() {}

  static void write(ByteBuf out, CursorShape shape, PixelTranslator format) {
    int width = shape.width();
    int height = shape.height();
    RfbWriter.rectangle(
        out, shape.hotspotX(), shape.hotspotY(), width, height, PseudoEncoding.CURSOR.number());
    int[] pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[y * width + x] = shape.argb(x, y) & 0xffffff;
      }
    }
    format.translate(pixels, pixels.length, pixels);
    for (int pixel : pixels) {
      format.writePixel(out, pixel);
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x += 8) {
        int bits = 0;
        for (int i = 0; i < 8 && x + i < width; i++) {
          if (shape.argb(x + i, y) >>> 24 >= OPAQUE_FROM) {
            bits |= 0x80 >> i;
          }
        }
        out.writeByte(bits);
      }
    }
  }
}
