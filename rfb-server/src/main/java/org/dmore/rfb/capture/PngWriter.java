package org.dmore.rfb.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes a PNG of 8-bit RGB, row by row (W3C PNG, third edition).
 *
 * <p>Our own and not ImageIO's, since that needs java.desktop and the whole picture in memory. Each
 * row takes the filter with the least sum of absolute differences (PNG, 12.7); rows like the one
 * above, of which a console is full, become zeros.
 *
 * <p>Not thread-safe.
 */
final class PngWriter implements AutoCloseable {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int CHANNELS = 3;
  private static final int FILTERS = 5;
  private static final int CHUNK = 1 << 15;
  private static final int COLOUR_TYPE_RGB = 2;
  private static final int RENDERING_INTENT_PERCEPTUAL = 0;

  private final OutputStream out;
  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final byte[] chunk = new byte[CHUNK];
  private final byte[][] filtered;
  private byte[] row;
  private byte[] above;
  private int chunkLength;

  /**
   * Writes what comes before the rows.
   *
   * @param level of zlib, 0 to 9
   */
  PngWriter(OutputStream out, int width, int height, int level) throws IOException {
    this.out = out;
    this.deflater = new Deflater(level);
    this.row = new byte[width * CHANNELS];
    this.above = new byte[width * CHANNELS];
    this.filtered = new byte[FILTERS][1 + width * CHANNELS];
    for (int filter = 0; filter < FILTERS; filter++) {
      filtered[filter][0] = (byte) filter;
    }
    out.write(SIGNATURE);
    byte[] header = new byte[13];
    putInt(header, 0, width);
    putInt(header, 4, height);
    header[8] = 8;
    header[9] = COLOUR_TYPE_RGB;
    chunk("IHDR", header, header.length);
    chunk("sRGB", new byte[] {RENDERING_INTENT_PERCEPTUAL}, 1);
  }

  /** Appends a row of {@code 0x00RRGGBB} pixels. */
  void row(int[] pixels, int from) throws IOException {
    byte[] next = above;
    above = row;
    row = next;
    for (int i = 0, at = 0; at < row.length; i++) {
      int rgb = pixels[from + i];
      row[at++] = (byte) (rgb >> 16);
      row[at++] = (byte) (rgb >> 8);
      row[at++] = (byte) rgb;
    }
    deflater.setInput(filtered[filter()]);
    drain();
  }

  /** Fills {@link #filtered} and returns the best of them. */
  private int filter() {
    int[] sums = new int[FILTERS];
    for (int i = 0; i < row.length; i++) {
      int x = row[i] & 0xff;
      int a = i < CHANNELS ? 0 : row[i - CHANNELS] & 0xff;
      int b = above[i] & 0xff;
      int c = i < CHANNELS ? 0 : above[i - CHANNELS] & 0xff;
      sums[0] += put(0, i, x);
      sums[1] += put(1, i, x - a);
      sums[2] += put(2, i, x - b);
      sums[3] += put(3, i, x - (a + b) / 2);
      sums[4] += put(4, i, x - paeth(a, b, c));
    }
    int best = 0;
    for (int filter = 1; filter < FILTERS; filter++) {
      if (sums[filter] < sums[best]) {
        best = filter;
      }
    }
    return best;
  }

  private int put(int filter, int at, int value) {
    byte difference = (byte) value;
    filtered[filter][1 + at] = difference;
    return Math.abs(difference);
  }

  private static int paeth(int a, int b, int c) {
    int p = a + b - c;
    int pa = Math.abs(p - a);
    int pb = Math.abs(p - b);
    int pc = Math.abs(p - c);
    if (pa <= pb && pa <= pc) {
      return a;
    }
    return pb <= pc ? b : c;
  }

  /** Writes what comes after the last row. */
  void finish() throws IOException {
    deflater.finish();
    drain();
    flushChunk();
    chunk("IEND", chunk, 0);
  }

  private void drain() throws IOException {
    int count;
    do {
      if (chunkLength == CHUNK) {
        flushChunk();
      }
      count = deflater.deflate(chunk, chunkLength, CHUNK - chunkLength);
      chunkLength += count;
    } while (count > 0);
  }

  private void flushChunk() throws IOException {
    chunk("IDAT", chunk, chunkLength);
    chunkLength = 0;
  }

  private void chunk(String type, byte[] content, int length) throws IOException {
    byte[] number = new byte[4];
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    putInt(number, 0, length);
    out.write(number);
    out.write(name);
    out.write(content, 0, length);
    crc.reset();
    crc.update(name);
    crc.update(content, 0, length);
    putInt(number, 0, (int) crc.getValue());
    out.write(number);
  }

  private static void putInt(byte[] target, int at, int value) {
    target[at] = (byte) (value >> 24);
    target[at + 1] = (byte) (value >> 16);
    target[at + 2] = (byte) (value >> 8);
    target[at + 3] = (byte) value;
  }

  /** Frees the deflater; the stream is the caller's. */
  @Override
  public void close() {
    deflater.end();
  }
}
