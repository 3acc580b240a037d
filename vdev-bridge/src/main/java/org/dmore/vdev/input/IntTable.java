package org.dmore.vdev.input;

/** A small immutable-size hash table from int to int; looking up does not allocate. */
final class IntTable {
  /** What {@link #get} answers where there is no entry. */
  static final int ABSENT = -1;

  private final int[] keys;
  private final int[] values;
  private final int mask;
  private int size;

  /** Makes room for that many entries. */
  IntTable(int entries) {
    int capacity = Integer.highestOneBit(Math.max(8, entries * 2)) << 1;
    keys = new int[capacity];
    values = new int[capacity];
    java.util.Arrays.fill(values, ABSENT);
    mask = capacity - 1;
  }

  /** Sets an entry; the value must not be negative. */
  void put(int key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("value=" + value + " is negative");
    }
    int at = find(key);
    if (values[at] == ABSENT) {
      if (++size > mask / 2 + 1) {
        throw new IllegalStateException("table is full: entries=" + size);
      }
      keys[at] = key;
    }
    values[at] = value;
  }

  int get(int key) {
    return values[find(key)];
  }

  private int find(int key) {
    int at = (key * 0x9e3779b9) >>> 7 & mask;
    while (values[at] != ABSENT && keys[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }
}
