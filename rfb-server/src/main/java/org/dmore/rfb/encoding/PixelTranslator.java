package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.PixelFormat;

/**
 * Makes a client's pixels of {@code 0x00RRGGBB} ones. Immutable.
 *
 * <p>A translated pixel is an int whose bytes, written little-endian, are the client's bytes in
 * their order: byte order is settled here, once, in the tables. Encoders compare such ints and
 * write their lower {@link #bytesPerPixel} bytes.
 *
 * <p>ZRLE's compact pixel (RFC 6143, 7.7.5) leaves out the byte of a 4-byte pixel that carries no
 * colour: with {@link #compactShift} the int is shifted until the {@link #bytesPerCompactPixel}
 * bytes that are left stand lowest.
 */
public final class PixelTranslator {
  private final PixelFormat format;
  private final int bytesPerPixel;
  private final int bytesPerCompactPixel;
  private final int compactShift;
  private final boolean identity;
  private final int[] red;
  private final int[] green;
  private final int[] blue;

  public PixelTranslator(PixelFormat format) {
    this.format = format;
    this.bytesPerPixel = format.bytesPerPixel();
    this.identity = format.equals(PixelFormat.RGB888);
    if (format.trueColour()) {
      red = table(format.redMax(), format.redShift());
      green = table(format.greenMax(), format.greenShift());
      blue = table(format.blueMax(), format.blueShift());
    } else {
      red = new int[0];
      green = red;
      blue = red;
    }
    int mask = format.trueColour() ? format.colourMask() : -1;
    boolean lowThree = (mask & 0xff000000) == 0;
    boolean highThree = (mask & 0x000000ff) == 0;
    if (format.trueColour()
        && bytesPerPixel == 4
        && format.depth() <= 24
        && (lowThree || highThree)) {
      bytesPerCompactPixel = 3;
      // A format that fits both ways counts as low. In big-endian the low bytes come last.
      compactShift = lowThree == format.bigEndian() ? 8 : 0;
    } else {
      bytesPerCompactPixel = bytesPerPixel;
      compactShift = 0;
    }
  }

  public PixelFormat format() {
    return format;
  }

  public int bytesPerPixel() {
    return bytesPerPixel;
  }

  public int bytesPerCompactPixel() {
    return bytesPerCompactPixel;
  }

  public int compactShift() {
    return compactShift;
  }

  /** Translates the first {@code count} pixels in place. */
  public void translate(int[] pixels, int count) {
    if (identity) {
      return;
    }
    if (!format.trueColour()) {
      for (int i = 0; i < count; i++) {
        pixels[i] = wire(ColourMap.index(pixels[i]));
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      int rgb = pixels[i];
      pixels[i] = red[rgb >> 16 & 0xff] | green[rgb >> 8 & 0xff] | blue[rgb & 0xff];
    }
  }

  /** Writes one translated pixel. */
  public void writePixel(ByteBuf out, int pixel) {
    switch (bytesPerPixel) {
      case 1 -> out.writeByte(pixel);
      case 2 -> out.writeShortLE(pixel);
      default -> out.writeIntLE(pixel);
    }
  }

  /**
   * Stores translated pixels as the client's bytes.
   *
   * @return the index after the last byte
   */
  int storePixels(int[] pixels, int from, int count, byte[] target, int at) {
    int end = from + count;
    int to = at;
    switch (bytesPerPixel) {
      case 1 -> {
        for (int i = from; i < end; i++) {
          target[to++] = (byte) pixels[i];
        }
      }
      case 2 -> {
        for (int i = from; i < end; i++) {
          int pixel = pixels[i];
          target[to++] = (byte) pixel;
          target[to++] = (byte) (pixel >> 8);
        }
      }
      default -> {
        for (int i = from; i < end; i++) {
          int pixel = pixels[i];
          target[to++] = (byte) pixel;
          target[to++] = (byte) (pixel >> 8);
          target[to++] = (byte) (pixel >> 16);
          target[to++] = (byte) (pixel >> 24);
        }
      }
    }
    return to;
  }

  /** Stores one translated pixel as a compact one; returns the index after it. */
  int storeCompactPixel(int pixel, byte[] target, int at) {
    int shifted = pixel >>> compactShift;
    for (int i = 0; i < bytesPerCompactPixel; i++) {
      target[at + i] = (byte) shifted;
      shifted >>>= 8;
    }
    return at + bytesPerCompactPixel;
  }

  private int[] table(int max, int shift) {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = wire(((i * max + 127) / 255) << shift);
    }
    return table;
  }

  private int wire(int pixel) {
    if (!format.bigEndian()) {
      return pixel;
    }
    return switch (bytesPerPixel) {
      case 1 -> pixel;
      case 2 -> Integer.reverseBytes(pixel) >>> 16;
      default -> Integer.reverseBytes(pixel);
    };
  }
}
