package org.dmore.rfb.encoding;

/**
 * The distinct colours of a tile in the order in which they came, with how often each came. Open
 * addressing; reset by a generation number, so that a tile costs what its pixels cost.
 */
final class Palette {
  private static final int SLOTS = 512;

  private final int maxSize;
  private final int[] colours;
  private final int[] counts;
  private final int[] slotColour = new int[SLOTS];
  private final int[] slotIndex = new int[SLOTS];
  private final int[] slotGeneration = new int[SLOTS];
  private int generation;
  private int size;

  /** A palette of at most that many colours, up to 256. */
  Palette(int maxSize) {
    this.maxSize = maxSize;
    this.colours = new int[maxSize];
    this.counts = new int[maxSize];
  }

  void reset() {
    size = 0;
    generation++;
  }

  int size() {
    return size;
  }

  int colour(int index) {
    return colours[index];
  }

  int count(int index) {
    return counts[index];
  }

  /** Counts {@code times} pixels of a colour; false if the palette is full without it. */
  boolean add(int colour, int times) {
    int slot = find(colour);
    if (slotGeneration[slot] != generation) {
      if (size == maxSize) {
        return false;
      }
      slotGeneration[slot] = generation;
      slotColour[slot] = colour;
      slotIndex[slot] = size;
      colours[size] = colour;
      counts[size] = 0;
      size++;
    }
    counts[slotIndex[slot]] += times;
    return true;
  }

  /** The index of a colour that was added. */
  int index(int colour) {
    return slotIndex[find(colour)];
  }

  private int find(int colour) {
    int slot = (colour * 0x9e3779b1) >>> 23;
    while (slotGeneration[slot] == generation && slotColour[slot] != colour) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }
}
