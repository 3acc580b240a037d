package org.dmore.rfb.nullclient;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A pixel format as the null client sees it: its own code, so that it checks the server's. */
public record Format(
    int bits,
    int depth,
    boolean bigEndian,
    boolean trueColour,
    int redMax,
    int greenMax,
    int blueMax,
    int redShift,
    int greenShift,
    int blueShift) {

  public static final Format RGB888 = new Format(32, 24, false, true, 255, 255, 255, 16, 8, 0);
  public static final Format INDEXED = new Format(8, 8, false, false, 0, 0, 0, 0, 0, 0);

  /** Formats that clients use, and odd ones. */
  public static final List<Format> KNOWN =
      List.of(
          RGB888,
          INDEXED,
          new Format(32, 24, true, true, 255, 255, 255, 16, 8, 0),
          new Format(32, 24, false, true, 255, 255, 255, 24, 16, 8),
          new Format(32, 24, true, true, 255, 255, 255, 24, 16, 8),
          new Format(32, 24, false, true, 255, 255, 255, 0, 8, 16),
          new Format(32, 24, true, true, 255, 255, 255, 0, 16, 8),
          new Format(32, 32, false, true, 255, 255, 255, 16, 8, 0),
          new Format(32, 30, false, true, 1023, 1023, 1023, 20, 10, 0),
          new Format(32, 30, true, true, 1023, 1023, 1023, 22, 12, 2),
          new Format(32, 16, false, true, 31, 63, 31, 19, 13, 8),
          new Format(32, 15, true, true, 31, 31, 31, 18, 13, 8),
          new Format(16, 16, false, true, 31, 63, 31, 11, 5, 0),
          new Format(16, 16, true, true, 31, 63, 31, 11, 5, 0),
          new Format(16, 15, true, true, 31, 31, 31, 0, 10, 5),
          new Format(16, 12, false, true, 15, 15, 15, 8, 4, 0),
          new Format(16, 9, true, true, 5, 6, 4, 13, 7, 1),
          new Format(8, 8, true, true, 7, 7, 3, 0, 3, 6),
          new Format(8, 6, false, true, 3, 3, 3, 4, 2, 0),
          new Format(8, 3, true, true, 1, 1, 1, 2, 1, 0));

  public static Format random(Random random) {
    return KNOWN.get(random.nextInt(KNOWN.size()));
  }

  public int bytes() {
    return bits / 8;
  }

  /** Reads the 16 bytes that stand for one, whatever they say. */
  public static Format read(DataInputStream in) throws IOException {
    Format format =
        new Format(
            in.readUnsignedByte(),
            in.readUnsignedByte(),
            in.readBoolean(),
            in.readBoolean(),
            in.readUnsignedShort(),
            in.readUnsignedShort(),
            in.readUnsignedShort(),
            in.readUnsignedByte(),
            in.readUnsignedByte(),
            in.readUnsignedByte());
    in.readFully(new byte[3]);
    return format;
  }

  /** The 16 bytes that stand for it. */
  public byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(bits);
    out.writeByte(depth);
    out.writeBoolean(bigEndian);
    out.writeBoolean(trueColour);
    out.writeShort(redMax);
    out.writeShort(greenMax);
    out.writeShort(blueMax);
    out.writeByte(redShift);
    out.writeByte(greenShift);
    out.writeByte(blueShift);
    out.write(new byte[3]);
    return bytes.toByteArray();
  }

  int readPixel(DataInputStream in) throws IOException {
    return assemble(in, bytes(), 0);
  }

  /** ZRLE's compact pixel (RFC 6143, 7.7.5). */
  int readCompactPixel(DataInputStream in) throws IOException {
    if (!trueColour || bits != 32 || depth > 24) {
      return readPixel(in);
    }
    long mask =
        (long) ones(redMax) << redShift
            | (long) ones(greenMax) << greenShift
            | (long) ones(blueMax) << blueShift;
    if (mask < 1L << 24) {
      return assemble(in, 3, 0);
    }
    if ((mask & 0xff) == 0) {
      return assemble(in, 3, 8);
    }
    return readPixel(in);
  }

  /** Tight's pixel (rfbproto, TPIXEL). */
  int readTightPixel(DataInputStream in) throws IOException {
    return hasTightPixel()
        ? pixel(in.readUnsignedByte() << 16 | in.readUnsignedByte() << 8 | in.readUnsignedByte())
        : readPixel(in);
  }

  boolean hasTightPixel() {
    return trueColour
        && bits == 32
        && depth == 24
        && redMax == 255
        && greenMax == 255
        && blueMax == 255;
  }

  int tightBytes() {
    return hasTightPixel() ? 3 : bytes();
  }

  /** The nearest pixel to {@code 0x00RRGGBB}. */
  int pixel(int rgb) {
    return scale(rgb >> 16 & 0xff, redMax) << redShift
        | scale(rgb >> 8 & 0xff, greenMax) << greenShift
        | scale(rgb & 0xff, blueMax) << blueShift;
  }

  private static int scale(int value, int max) {
    return (value * max + 127) / 255;
  }

  /** A pixel as {@code 0x00RRGGBB}. */
  int rgb(int pixel) {
    int red = ((pixel >>> redShift) & ones(redMax)) * 255 / redMax;
    int green = ((pixel >>> greenShift) & ones(greenMax)) * 255 / greenMax;
    int blue = ((pixel >>> blueShift) & ones(blueMax)) * 255 / blueMax;
    return (red << 16) | (green << 8) | blue;
  }

  private int assemble(DataInputStream in, int count, int shift) throws IOException {
    int pixel = 0;
    for (int i = 0; i < count; i++) {
      int b = in.readUnsignedByte();
      pixel |= b << (bigEndian ? 8 * (count - 1 - i) : 8 * i);
    }
    return pixel << shift;
  }

  private static int ones(int max) {
    int ones = 1;
    while (ones < max) {
      ones = ones * 2 + 1;
    }
    return ones;
  }

  /** Whether a pixel is the nearest that this format has to {@code 0x00RRGGBB}. */
  boolean shows(int pixel, int rgb) {
    return nearest(pixel >>> redShift & ones(redMax), redMax, rgb >> 16 & 0xff)
        && nearest(pixel >>> greenShift & ones(greenMax), greenMax, rgb >> 8 & 0xff)
        && nearest(pixel >>> blueShift & ones(blueMax), blueMax, rgb & 0xff);
  }

  private static boolean nearest(int value, int max, int wanted) {
    return Math.abs(value * 255 - wanted * max) <= 128;
  }
}
