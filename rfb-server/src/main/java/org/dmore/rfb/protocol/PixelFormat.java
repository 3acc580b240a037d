package org.dmore.rfb.protocol;

/**
 * How a pixel stands on the wire (RFC 6143, 7.4).
 *
 * @param bitsPerPixel 8, 16 or 32
 * @param depth useful bits of a pixel, 1 to {@code bitsPerPixel}
 * @param bigEndian order of a pixel's bytes
 * @param trueColour false if a pixel is an index of the colour map; then the rest is without
 *     meaning
 * @param redMax greatest value of red, 1 to 65535; need not be a power of two less one
 * @param greenMax as {@code redMax}
 * @param blueMax as {@code redMax}
 * @param redShift bits that red stands above bit 0
 * @param greenShift as {@code redShift}
 * @param blueShift as {@code redShift}
 */
public record PixelFormat(
    int bitsPerPixel,
    int depth,
    boolean bigEndian,
    boolean trueColour,
    int redMax,
    int greenMax,
    int blueMax,
    int redShift,
    int greenShift,
    int blueShift) {

  /** Length on the wire in bytes, padding included. */
  public static final int LENGTH = 16;

  /** What this server speaks until it is told otherwise: {@code 0x00RRGGBB}, little-endian. */
  public static final PixelFormat RGB888 =
      new PixelFormat(32, 24, false, true, 255, 255, 255, 16, 8, 0);

  /**
   * Checks every field.
   *
   * @throws RfbProtocolException naming the field that no pixel can be written with
   */
  public PixelFormat {
    if (bitsPerPixel != 8 && bitsPerPixel != 16 && bitsPerPixel != 32) {
      throw new RfbProtocolException("bits-per-pixel=" + bitsPerPixel + " is not 8, 16 or 32");
    }
    if (depth < 1 || depth > bitsPerPixel) {
      throw new RfbProtocolException(
          "depth=" + depth + " is not within 1..bits-per-pixel=" + bitsPerPixel);
    }
    if (trueColour) {
      long red = mask("red", redMax, redShift, bitsPerPixel);
      long green = mask("green", greenMax, greenShift, bitsPerPixel);
      long blue = mask("blue", blueMax, blueShift, bitsPerPixel);
      if ((red & green) != 0 || (green & blue) != 0 || (blue & red) != 0) {
        throw new RfbProtocolException(
            "colours overlap: red-max=%d red-shift=%d green-max=%d green-shift=%d blue-max=%d blue-shift=%d"
                .formatted(redMax, redShift, greenMax, greenShift, blueMax, blueShift));
      }
    }
  }

  /** Bytes of a pixel: 1, 2 or 4. */
  public int bytesPerPixel() {
    return bitsPerPixel / 8;
  }

  /** All bits of a pixel that carry colour. */
  public int colourMask() {
    return (int)
        (bits(redMax) << redShift | bits(greenMax) << greenShift | bits(blueMax) << blueShift);
  }

  private static long mask(String colour, int max, int shift, int bitsPerPixel) {
    if (max < 1 || max > 0xffff) {
      throw new RfbProtocolException(colour + "-max=" + max + " is not within 1..65535");
    }
    if (shift < 0 || shift > 31 || (bits(max) << shift) >>> bitsPerPixel != 0) {
      throw new RfbProtocolException(
          colour
              + "-max="
              + max
              + " "
              + colour
              + "-shift="
              + shift
              + " does not fit bits-per-pixel="
              + bitsPerPixel);
    }
    return bits(max) << shift;
  }

  /** The smallest run of ones that covers {@code max}. */
  private static long bits(int max) {
    return max == 0 ? 0 : (Integer.highestOneBit(max) << 1) - 1L;
  }
}
