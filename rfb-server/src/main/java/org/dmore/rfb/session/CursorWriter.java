package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PseudoEncoding;

/**
 * Writes cursors: with alpha where the client takes that, else with a mask of a bit each.
 *
 * <p>A mask says only whether a pixel is seen. A threshold alone would drop every shadow and, with
 * them, cursors that are faint all over; so what is translucent is dithered by an ordered pattern:
 * half-transparent becomes a chequerboard, and outlines, which are opaque, stay whole.
 */
final class CursorWriter {
  /** Thresholds of alpha, 4x4 (Bayer): from 8 to 248. */
  private static final int[] THRESHOLDS = {
    8, 136, 40, 168, 200, 72, 232, 104, 56, 184, 24, 152, 248, 120, 216, 88
  };

  private CursorWriter() {}

  /** The Cursor pseudo-encoding (RFC 6143, 7.8.1): pixels, then the mask. */
  static void write(ByteBuf out, CursorShape shape, PixelTranslator format) {
    int width = shape.width();
    int height = shape.height();
    begin(out, shape, PseudoEncoding.CURSOR);
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
          if (shape.argb(x + i, y) >>> 24 >= THRESHOLDS[(y & 3) * 4 + (x + i & 3)]) {
            bits |= 0x80 >> i;
          }
        }
        out.writeByte(bits);
      }
    }
  }

  /**
   * The CursorWithAlpha pseudo-encoding (rfbproto): red, green, blue and alpha in a byte each,
   * colours multiplied by alpha, whatever the client's pixel format is.
   */
  static void writeWithAlpha(ByteBuf out, CursorShape shape) {
    begin(out, shape, PseudoEncoding.CURSOR_WITH_ALPHA);
    out.writeInt(EncodingType.RAW.number());
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int argb = shape.argb(x, y);
        int alpha = argb >>> 24;
        out.writeByte(premultiplied(argb >> 16, alpha));
        out.writeByte(premultiplied(argb >> 8, alpha));
        out.writeByte(premultiplied(argb, alpha));
        out.writeByte(alpha);
      }
    }
  }

  private static int premultiplied(int colour, int alpha) {
    return ((colour & 0xff) * alpha + 127) / 255;
  }

  private static void begin(ByteBuf out, CursorShape shape, PseudoEncoding encoding) {
    RfbWriter.rectangle(
        out, shape.hotspotX(), shape.hotspotY(), shape.width(), shape.height(), encoding.number());
  }
}
