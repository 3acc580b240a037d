package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/**
 * ZRLE (RFC 6143, 7.7.6): tiles of 64x64, each in the best of five forms, through one zlib stream.
 *
 * <p>One pass over a tile gathers its palette and its runs; from these the length of each form is
 * known before any is written. The best is not the shortest: zlib finds in pixels, and still more
 * in bits, what stands in other rows and tiles as well, a letter for one, and does not find it in
 * runs, so that these must be much shorter to become less. What the lengths are multiplied with was
 * tried out on consoles and desktops.
 *
 * <ul>
 *   <li>raw: a compact pixel each;
 *   <li>solid: one compact pixel, for a tile of one colour;
 *   <li>packed palette: 2 to 16 colours, 1, 2 or 4 bits a pixel, rows padded to bytes;
 *   <li>plain RLE: a compact pixel and a length for each run;
 *   <li>palette RLE: 2 to 127 colours, an index for each run, and a length if it is longer than 1.
 * </ul>
 *
 * A run's length is written as bytes of 255 and a last one that is less, which sum to the length
 * less one. Runs go on across rows.
 */
final class ZrleEncoder implements Encoder {
  private static final int TILE = 64;
  private static final int SUBENCODING_RAW = 0;
  private static final int SUBENCODING_SOLID = 1;
  private static final int SUBENCODING_PLAIN_RLE = 128;
  private static final int MAX_PACKED_COLOURS = 16;
  private static final int MAX_RLE_COLOURS = 127;

  // How much of a byte is left by zlib, as a multiple of what is left in the packed form.
  private static final int PACKED_WEIGHT = 1;
  private static final int RAW_WEIGHT = 2;
  private static final int RUNS_WEIGHT = 4;

  private final int[] tile = new int[TILE * TILE];

  private final byte[] bytes;

  private final Palette palette = new Palette(MAX_RLE_COLOURS);

  /** Makes an encoder with {@link AreaEncoder#SCRATCH_BYTES} of scratch memory. */
  ZrleEncoder(byte[] scratch) {
    this.bytes = scratch;
  }

  @Override
  public EncodingType type() {
    return EncodingType.ZRLE;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int[] pixels = block.colours();
    int width = block.width();
    int height = block.height();
    PixelTranslator format = wanted.format();
    int start = out.writerIndex();
    out.writeInt(0);
    int at = 0;
    for (int y = 0; y < height; y += TILE) {
      int h = Math.min(TILE, height - y);
      for (int x = 0; x < width; x += TILE) {
        int w = Math.min(TILE, width - x);
        for (int row = 0; row < h; row++) {
          System.arraycopy(pixels, (y + row) * width + x, tile, row * w, w);
        }
        at = storeTile(w, h, format, at);
      }
    }
    boolean dense = at > width * height;
    DeflateLevel level = (dense ? DeflateLevels.PIXELS : DeflateLevels.TILES).of(wanted);
    deflation.deflate(ZlibStreams.Name.ZRLE, level, bytes, at, out);
    out.setInt(start, out.writerIndex() - start - 4);
    return Outcome.EXACT;
  }

  /** Returns the index after the tile's last byte. */
  private int storeTile(int w, int h, PixelTranslator format, int from) {
    int count = w * h;
    palette.reset();
    boolean hasPalette = true;
    int runs = 0;
    int lengthBytes = 0;
    int longRunLengthBytes = 0;
    for (int i = 0; i < count; ) {
      int colour = tile[i];
      int run = runLength(i, count);
      hasPalette = hasPalette && palette.add(colour, run);
      int bytesOfLength = (run - 1) / 255 + 1;
      runs++;
      lengthBytes += bytesOfLength;
      if (run > 1) {
        longRunLengthBytes += bytesOfLength;
      }
      i += run;
    }
    int compact = format.bytesPerCompactPixel();
    if (runs == 1) {
      bytes[from] = SUBENCODING_SOLID;
      return format.storeCompactPixel(tile[0], bytes, from + 1);
    }
    int best = count * compact * RAW_WEIGHT;
    int form = SUBENCODING_RAW;
    int plain = (runs * compact + lengthBytes) * RUNS_WEIGHT;
    if (plain < best) {
      best = plain;
      form = SUBENCODING_PLAIN_RLE;
    }
    if (hasPalette) {
      int colours = palette.size();
      int paletteRle = (colours * compact + runs + longRunLengthBytes) * RUNS_WEIGHT;
      if (paletteRle < best) {
        best = paletteRle;
        form = SUBENCODING_PLAIN_RLE + colours;
      }
      if (colours <= MAX_PACKED_COLOURS) {
        int packed = (colours * compact + (w * bitsPerIndex(colours) + 7) / 8 * h) * PACKED_WEIGHT;
        if (packed < best) {
          form = colours;
        }
      }
    }
    bytes[from] = (byte) form;
    int at = from + 1;
    if (form == SUBENCODING_RAW) {
      return storeRaw(count, format, at);
    }
    if (form == SUBENCODING_PLAIN_RLE) {
      return storePlainRle(count, format, at);
    }
    for (int i = 0; i < palette.size(); i++) {
      at = format.storeCompactPixel(palette.colour(i), bytes, at);
    }
    return form < SUBENCODING_PLAIN_RLE ? storePacked(w, h, at) : storePaletteRle(count, at);
  }

  private int runLength(int from, int count) {
    int colour = tile[from];
    int to = from + 1;
    while (to < count && tile[to] == colour) {
      to++;
    }
    return to - from;
  }

  private int storeRaw(int count, PixelTranslator format, int from) {
    int at = from;
    for (int i = 0; i < count; i++) {
      at = format.storeCompactPixel(tile[i], bytes, at);
    }
    return at;
  }

  private int storePlainRle(int count, PixelTranslator format, int from) {
    int at = from;
    for (int i = 0; i < count; ) {
      int run = runLength(i, count);
      at = storeRunLength(run, format.storeCompactPixel(tile[i], bytes, at));
      i += run;
    }
    return at;
  }

  private int storePaletteRle(int count, int from) {
    int at = from;
    for (int i = 0; i < count; ) {
      int run = runLength(i, count);
      int index = palette.index(tile[i]);
      if (run == 1) {
        bytes[at++] = (byte) index;
      } else {
        bytes[at++] = (byte) (index | 0x80);
        at = storeRunLength(run, at);
      }
      i += run;
    }
    return at;
  }

  private int storePacked(int w, int h, int from) {
    int bits = bitsPerIndex(palette.size());
    int at = from;
    for (int y = 0; y < h; y++) {
      int gathered = 0;
      int room = 8;
      for (int x = 0; x < w; x++) {
        room -= bits;
        gathered |= palette.index(tile[y * w + x]) << room;
        if (room == 0) {
          bytes[at++] = (byte) gathered;
          gathered = 0;
          room = 8;
        }
      }
      if (room < 8) {
        bytes[at++] = (byte) gathered;
      }
    }
    return at;
  }

  private int storeRunLength(int run, int from) {
    int at = from;
    int left = run - 1;
    while (left >= 255) {
      bytes[at++] = (byte) 255;
      left -= 255;
    }
    bytes[at++] = (byte) left;
    return at;
  }

  private static int bitsPerIndex(int colours) {
    if (colours <= 2) {
      return 1;
    }
    return colours <= 4 ? 2 : 4;
  }
}
