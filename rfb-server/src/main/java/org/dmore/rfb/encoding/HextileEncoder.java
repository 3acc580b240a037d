package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.dmore.rfb.protocol.EncodingType;

/**
 * Hextile (RFC 6143, 7.7.4): tiles of 16x16, each raw or a background with rectangles on it.
 *
 * <p>A tile of one colour is its background alone. One of two colours names the foreground once.
 * One of more colours names the colour of each rectangle. The background is the tile's most
 * frequent colour, and is left out where the tile before had the same. A tile that comes out no
 * smaller than raw goes raw.
 *
 * <p>Rectangles are found greedily: from the first pixel that is not covered to the right as far as
 * the colour reaches, then down as long as whole rows match.
 */
final class HextileEncoder implements Encoder {
  private static final int TILE = 16;
  private static final int RAW = 1;
  private static final int BACKGROUND_SPECIFIED = 2;
  private static final int FOREGROUND_SPECIFIED = 4;
  private static final int ANY_SUBRECTS = 8;
  private static final int SUBRECTS_COLOURED = 16;

  private final int[] tile = new int[TILE * TILE];
  private final int[] done = new int[TILE];
  private final byte[] subrects = new byte[TILE * TILE * 4 + 16];
  private final Palette palette = new Palette(TILE * TILE);

  private boolean backgroundKnown;
  private int background;
  private boolean foregroundKnown;
  private int foreground;

  @Override
  public EncodingType type() {
    return EncodingType.HEXTILE;
  }

  @Override
  public Outcome encode(
      PixelBlock block, EncodingParameters wanted, Deflation deflation, ByteBuf out) {
    int[] pixels = block.colours();
    int width = block.width();
    int height = block.height();
    PixelTranslator format = wanted.format();
    backgroundKnown = false;
    foregroundKnown = false;
    for (int y = 0; y < height; y += TILE) {
      int h = Math.min(TILE, height - y);
      for (int x = 0; x < width; x += TILE) {
        int w = Math.min(TILE, width - x);
        for (int row = 0; row < h; row++) {
          System.arraycopy(pixels, (y + row) * width + x, tile, row * w, w);
        }
        encodeTile(w, h, format, out);
      }
    }
    return Outcome.EXACT;
  }

  private void encodeTile(int w, int h, PixelTranslator format, ByteBuf out) {
    int count = w * h;
    palette.reset();
    for (int i = 0; i < count; i++) {
      if (!palette.add(tile[i], 1)) {
        throw new IllegalStateException("a tile has more colours than pixels");
      }
    }
    int common = 0;
    for (int i = 1; i < palette.size(); i++) {
      if (palette.count(i) > palette.count(common)) {
        common = i;
      }
    }
    int tileBackground = palette.colour(common);
    boolean coloured = palette.size() > 2;
    int bytes = format.bytesPerPixel();
    int flags = 0;
    int head = 1;
    if (!backgroundKnown || background != tileBackground) {
      flags |= BACKGROUND_SPECIFIED;
      head += bytes;
    }
    int tileForeground = 0;
    if (palette.size() == 2) {
      tileForeground = palette.colour(1 - common);
      if (!foregroundKnown || foreground != tileForeground) {
        flags |= FOREGROUND_SPECIFIED;
        head += bytes;
      }
    }
    int length = 0;
    if (palette.size() > 1) {
      flags |= ANY_SUBRECTS | (coloured ? SUBRECTS_COLOURED : 0);
      head++;
      length = findSubrects(w, h, tileBackground, coloured, format, count * bytes - head);
    }
    if (length < 0) {
      out.writeByte(RAW);
      out.writeBytes(subrects, 0, format.storePixels(tile, 0, count, subrects, 0));
      backgroundKnown = false;
      foregroundKnown = false;
      return;
    }
    out.writeByte(flags);
    if ((flags & BACKGROUND_SPECIFIED) != 0) {
      format.writePixel(out, tileBackground);
    }
    if ((flags & FOREGROUND_SPECIFIED) != 0) {
      format.writePixel(out, tileForeground);
    }
    if ((flags & ANY_SUBRECTS) != 0) {
      out.writeByte(length / (coloured ? bytes + 2 : 2));
      out.writeBytes(subrects, 0, length);
    }
    backgroundKnown = true;
    background = tileBackground;
    if (coloured) {
      foregroundKnown = false;
    } else if (palette.size() == 2) {
      foregroundKnown = true;
      foreground = tileForeground;
    }
  }

  /** Returns the bytes of {@link #subrects} that it filled, or -1 if they would pass the limit. */
  private int findSubrects(
      int w, int h, int tileBackground, boolean coloured, PixelTranslator format, int limit) {
    Arrays.fill(done, 0);
    int each = coloured ? format.bytesPerPixel() + 2 : 2;
    int length = 0;
    int number = 0;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int colour = tile[y * w + x];
        if (colour == tileBackground || (done[y] & (1 << x)) != 0) {
          continue;
        }
        int sw = 1;
        while (x + sw < w && tile[y * w + x + sw] == colour && (done[y] & (1 << (x + sw))) == 0) {
          sw++;
        }
        int columns = ((1 << sw) - 1) << x;
        int sh = 1;
        while (y + sh < h && (done[y + sh] & columns) == 0 && rowIs(y + sh, x, sw, w, colour)) {
          sh++;
        }
        for (int row = y; row < y + sh; row++) {
          done[row] |= columns;
        }
        if (length + each > limit || number == 255) {
          return -1;
        }
        if (coloured) {
          length = format.storePixels(tile, y * w + x, 1, subrects, length);
        }
        subrects[length++] = (byte) ((x << 4) | y);
        subrects[length++] = (byte) ((sw - 1) << 4 | (sh - 1));
        number++;
      }
    }
    return length;
  }

  private boolean rowIs(int y, int x, int count, int w, int colour) {
    int from = y * w + x;
    for (int i = from; i < from + count; i++) {
      if (tile[i] != colour) {
        return false;
      }
    }
    return true;
  }
}
