package org.dmore.rfb.encoding;

import java.util.Arrays;

/**
 * A rectangle's colours by number: what is solid, of two colours or of few is found here, in one
 * pass that stops at the first colour too many.
 *
 * <p>Consoles have long runs, so a run is looked at once. Where a run ends, the colour is looked up
 * by open addressing in a table that is reset by a generation number.
 */
final class ColourIndex {
  /** Most colours that are numbered. */
  static final int MAX_COLOURS = 256;

  private static final int SLOTS = 1024;
  private static final int SLOT_SHIFT = 32 - 10;

  private final byte[] indexes = new byte[Encoder.MAX_AREA];
  private final int[] palette = new int[MAX_COLOURS];
  private final int[] slotColour = new int[SLOTS];
  private final int[] slotStamp = new int[SLOTS];
  private int generation;
  private int size;

  /** How many colours there are; 0 if too many. */
  int size() {
    return size;
  }

  /** The colours in the order in which they came. */
  int[] palette() {
    return palette;
  }

  /** Each pixel's colour as its place in the palette. */
  byte[] indexes() {
    return indexes;
  }

  /** Numbers the first {@code count} colours; gives up, with a size of 0, at one above the most. */
  void make(int[] colours, int count, int most) {
    generation += MAX_COLOURS;
    if (generation < 0) {
      generation = MAX_COLOURS;
      Arrays.fill(slotStamp, 0);
    }
    int known = 0;
    int last = ~colours[0];
    byte lastIndex = 0;
    for (int i = 0; i < count; i++) {
      int colour = colours[i];
      if (colour != last) {
        int slot = (colour * 0x9e3779b1) >>> SLOT_SHIFT;
        int place;
        while ((place = slotStamp[slot] - generation) >= 0 && slotColour[slot] != colour) {
          slot = slot + 1 & SLOTS - 1;
        }
        if (place < 0) {
          if (known == most) {
            size = 0;
            return;
          }
          place = known++;
          slotStamp[slot] = generation + place;
          slotColour[slot] = colour;
          palette[place] = colour;
        }
        last = colour;
        lastIndex = (byte) place;
      }
      indexes[i] = lastIndex;
    }
    size = known;
  }
}
