package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.dmore.rfb.protocol.PixelFormat;

/**
 * Makes a client's pixels of {@code 0x00RRGGBB} ones. Immutable; equal where the formats are.
 *
 * <p>Encoders compare <em>colours</em>, ints of which equal ones are equal on the wire, and turn
 * into the client's bytes only those that they write. Which ints these are depends on the format:
 *
 * <ul>
 *   <li>Where it keeps all 24 bits, they are the desktop's own, {@link #exact} says so, and there
 *       is nothing to translate.
 *   <li>Otherwise {@link #translate} makes them, so that what the format cannot tell apart counts
 *       as one colour.
 * </ul>
 *
 * <p>A pixel on the wire is an int whose bytes, written little-endian, are the client's bytes in
 * their order: byte order is settled here, once.
 *
 * <p>ZRLE's compact pixel (RFC 6143, 7.7.5) leaves out the byte of a 4-byte pixel that carries no
 * colour: the int is shifted until the {@link #bytesPerCompactPixel} bytes that are left stand
 * lowest. Tight's (rfbproto) is red, green and blue in three bytes, whatever the format's order.
 */
public final class PixelTranslator {
  private static final VarHandle INT_LE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT_LE =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final PixelFormat format;
  private final int bytesPerPixel;
  private final int bytesPerCompactPixel;
  private final int compactShift;
  private final boolean identity;
  private final boolean exact;
  private final int[] red;
  private final int[] green;
  private final int[] blue;

  public PixelTranslator(PixelFormat format) {
    this.format = format;
    this.bytesPerPixel = format.bytesPerPixel();
    this.identity = format.equals(PixelFormat.RGB888);
    this.exact =
        format.trueColour()
            && bytesPerPixel == 4
            && format.redMax() == 255
            && format.greenMax() == 255
            && format.blueMax() == 255;
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

  /** Whether colours are the desktop's pixels as they are. */
  public boolean exact() {
    return exact;
  }

  /** Whether Tight has a pixel of three bytes for the format: red, green, blue. */
  boolean hasTightPixel() {
    return exact && format.depth() == 24;
  }

  /** Makes colours of the first {@code count} pixels. */
  public void translate(int[] rgb, int count, int[] target) {
    if (exact) {
      System.arraycopy(rgb, 0, target, 0, count);
    } else if (!format.trueColour()) {
      for (int i = 0; i < count; i++) {
        target[i] = wire(ColourMap.index(rgb[i]));
      }
    } else {
      for (int i = 0; i < count; i++) {
        target[i] = combine(rgb[i]);
      }
    }
  }

  /** Writes a pixel as the client has it. */
  public void writePixel(ByteBuf out, int colour) {
    int pixel = pixel(colour);
    switch (bytesPerPixel) {
      case 1 -> out.writeByte(pixel);
      case 2 -> out.writeShortLE(pixel);
      default -> out.writeIntLE(pixel);
    }
  }

  /** The client's pixel for a colour. */
  private int pixel(int colour) {
    return exact && !identity ? combine(colour) : colour;
  }

  private int combine(int rgb) {
    return red[rgb >> 16 & 0xff] | green[rgb >> 8 & 0xff] | blue[rgb & 0xff];
  }

  /**
   * Stores colours as the client's bytes.
   *
   * @return the index after the last byte
   */
  int storePixels(int[] colours, int from, int count, byte[] target, int at) {
    int end = from + count;
    int to = at;
    switch (bytesPerPixel) {
      case 1 -> {
        for (int i = from; i < end; i++) {
          target[to++] = (byte) colours[i];
        }
      }
      case 2 -> {
        for (int i = from; i < end; i++) {
          SHORT_LE.set(target, to, (short) colours[i]);
          to += 2;
        }
      }
      default -> {
        if (exact && !identity) {
          for (int i = from; i < end; i++) {
            INT_LE.set(target, to, combine(colours[i]));
            to += 4;
          }
        } else {
          for (int i = from; i < end; i++) {
            INT_LE.set(target, to, colours[i]);
            to += 4;
          }
        }
      }
    }
    return to;
  }

  /** Bytes of a pixel in Tight. */
  int bytesPerTightPixel() {
    return hasTightPixel() ? 3 : bytesPerPixel;
  }

  /** Stores the first {@code count} colours as Tight's pixels; returns the index after the last. */
  int storeTightPixels(int[] colours, int count, byte[] target, int at) {
    return hasTightPixel()
        ? storeRgb(colours, count, target, at)
        : storePixels(colours, 0, count, target, at);
  }

  /** Stores red, green, blue of each; returns the index after the last. */
  static int storeRgb(int[] rgb, int count, byte[] target, int at) {
    int to = at;
    for (int i = 0; i < count; i++) {
      int pixel = rgb[i];
      target[to] = (byte) (pixel >> 16);
      target[to + 1] = (byte) (pixel >> 8);
      target[to + 2] = (byte) pixel;
      to += 3;
    }
    return to;
  }

  /** Stores one colour as a compact pixel; returns the index after it. */
  int storeCompactPixel(int colour, byte[] target, int at) {
    int shifted = pixel(colour) >>> compactShift;
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

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelTranslator that && that.format.equals(format);
  }

  @Override
  public int hashCode() {
    return format.hashCode();
  }

  @Override
  public String toString() {
    return format.toString();
  }
}
