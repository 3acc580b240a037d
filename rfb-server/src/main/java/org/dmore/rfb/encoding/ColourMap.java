package org.dmore.rfb.encoding;

/**
 * The colour map for clients without true colour: a cube of 6x6x6 colours and 40 greys, since
 * consoles are mostly grey. It never changes.
 */
public final class ColourMap {
  private static final int LEVELS = 6;
  private static final int CUBE = LEVELS * LEVELS * LEVELS;
  private static final int GREYS = 256 - CUBE;

  private ColourMap() {}

  /** The whole map, each entry {@code 0x00RRGGBB}. */
  public static int[] entries() {
    int[] entries = new int[256];
    for (int i = 0; i < CUBE; i++) {
      int red = i / (LEVELS * LEVELS) * 51;
      int green = i / LEVELS % LEVELS * 51;
      int blue = i % LEVELS * 51;
      entries[i] = red << 16 | green << 8 | blue;
    }
    for (int i = 0; i < GREYS; i++) {
      entries[CUBE + i] = (i * 255 + (GREYS - 1) / 2) / (GREYS - 1) * 0x010101;
    }
    return entries;
  }

  /** The entry that comes near to {@code 0x00RRGGBB}. */
  public static int index(int rgb) {
    int red = rgb >> 16 & 0xff;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    if (red == green && green == blue) {
      return CUBE + (red * (GREYS - 1) + 127) / 255;
    }
    return ((red + 25) / 51 * LEVELS + (green + 25) / 51) * LEVELS + (blue + 25) / 51;
  }
}
