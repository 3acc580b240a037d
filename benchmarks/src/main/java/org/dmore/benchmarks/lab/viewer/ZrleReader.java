package org.dmore.benchmarks.lab.viewer;

import static org.dmore.benchmarks.lab.viewer.ProtocolException.check;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes ZRLE (RFC 6143, 7.7.6) of 24-bit pixels; one for the life of a connection, since all of
 * its rectangles are one zlib stream. For one thread.
 */
final class ZrleReader implements AutoCloseable {
  private static final int TILE = 64;
  private static final int RAW = 0;
  private static final int SOLID = 1;
  private static final int LAST_PACKED = 16;
  private static final int PLAIN_RUNS = 128;
  private static final int PALETTE_RUNS = 130;

  /** More than any rectangle that fits a canvas needs. */
  private static final int MAX_COMPRESSED = 1 << 28;

  private final Inflater inflater = new Inflater();

  int[] read(DataInputStream in, int w, int h) throws IOException {
    int length = in.readInt();
    check(length >= 0 && length <= MAX_COMPRESSED, "ZRLE of bytes=" + length);
    byte[] compressed = new byte[length];
    in.readFully(compressed);
    DataInputStream tiles = inflate(compressed);
    int[] pixels = new int[w * h];
    for (int y = 0; y < h; y += TILE) {
      for (int x = 0; x < w; x += TILE) {
        int tw = Math.min(TILE, w - x);
        int th = Math.min(TILE, h - y);
        int[] tile = tile(tiles, tw, th);
        for (int row = 0; row < th; row++) {
          System.arraycopy(tile, row * tw, pixels, (y + row) * w + x, tw);
        }
      }
    }
    check(tiles.read() < 0, "bytes after ZRLE's last tile");
    return pixels;
  }

  private DataInputStream inflate(byte[] compressed) throws IOException {
    inflater.setInput(compressed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 14];
    try {
      for (int n = inflater.inflate(chunk); n > 0; n = inflater.inflate(chunk)) {
        bytes.write(chunk, 0, n);
      }
    } catch (DataFormatException e) {
      throw new IOException("the server broke the protocol: zlib " + e.getMessage(), e);
    }
    check(inflater.getRemaining() == 0 && !inflater.finished(), "a zlib stream that ends");
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static int[] tile(DataInputStream in, int w, int h) throws IOException {
    int[] tile = new int[w * h];
    int form = in.readUnsignedByte();
    int[] palette = new int[form & 0x7f];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = pixel(in);
    }
    if (form == RAW) {
      for (int i = 0; i < tile.length; i++) {
        tile[i] = pixel(in);
      }
    } else if (form == SOLID) {
      Arrays.fill(tile, palette[0]);
    } else if (form <= LAST_PACKED) {
      packed(in, tile, w, palette);
    } else {
      check(form == PLAIN_RUNS || form >= PALETTE_RUNS, "ZRLE's subencoding=" + form);
      runs(in, tile, palette);
    }
    return tile;
  }

  /** Indices of 1, 2 or 4 bits; each row begins at a byte. */
  private static void packed(DataInputStream in, int[] tile, int w, int[] palette)
      throws IOException {
    int bits = palette.length == 2 ? 1 : palette.length <= 4 ? 2 : 4;
    int gathered = 0;
    int have = 0;
    for (int i = 0; i < tile.length; i++) {
      if (i % w == 0) {
        have = 0;
      }
      if (have == 0) {
        gathered = in.readUnsignedByte();
        have = Byte.SIZE;
      }
      have -= bits;
      tile[i] = colour(palette, gathered >> have & (1 << bits) - 1);
    }
  }

  private static void runs(DataInputStream in, int[] tile, int[] palette) throws IOException {
    for (int i = 0; i < tile.length; ) {
      int pixel;
      boolean single = false;
      if (palette.length == 0) {
        pixel = pixel(in);
      } else {
        int index = in.readUnsignedByte();
        single = index < 0x80;
        pixel = colour(palette, index & 0x7f);
      }
      int run = single ? 1 : runLength(in);
      check(run <= tile.length - i, "a ZRLE run beyond its tile");
      Arrays.fill(tile, i, i + run, pixel);
      i += run;
    }
  }

  private static int runLength(DataInputStream in) throws IOException {
    int run = 1;
    int more;
    do {
      more = in.readUnsignedByte();
      run += more;
    } while (more == 0xff);
    return run;
  }

  private static int colour(int[] palette, int index) throws IOException {
    check(index < palette.length, "ZRLE's palette has no colour=" + index);
    return palette[index];
  }

  /** CPIXEL of 24 bits, little-endian. */
  private static int pixel(DataInputStream in) throws IOException {
    return in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
