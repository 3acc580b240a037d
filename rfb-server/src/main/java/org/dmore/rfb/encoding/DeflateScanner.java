package org.dmore.rfb.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the last block of a deflate stream (RFC 1951), and its end, to the bit. Codes are only
 * measured: nothing is unpacked, which takes a small part of an inflater's time.
 *
 * <p>Used by one thread at a time.
 */
final class DeflateScanner {
  /** Bytes that must be readable behind the data, whatever they hold. */
  static final int SLACK = Long.BYTES;

  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;

  private static final int END_OF_BLOCK = 256;
  private static final int MAX_LITERALS = 288;
  private static final int MAX_DISTANCES = 32;

  /** In which order a dynamic block tells the lengths of the codes for code lengths (3.2.7). */
  private static final byte[] LENGTHS_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  // An entry of a table of codes: how many bits go with the code, whether it is one that seldom
  // comes, and above these what it means.
  private static final int BITS = 0x3f;
  private static final int RARE = 0x40;
  private static final int END = 0x80;
  private static final int MEANING = 8;

  /** The bits that the table of literals and lengths, and that of distances, are entered with. */
  private static final int ROOT_BITS = 11;

  private static final int ROOT_MASK = (1 << ROOT_BITS) - 1;

  /** Where in {@link #table} literals are looked up; what an entry means is where the next is. */
  private static final int LITERALS = 0;

  private static final int DISTANCES = 1 << ROOT_BITS;

  private final int[] table = new int[2 << ROOT_BITS];
  private final Codes literals = new Codes(table, LITERALS, ROOT_BITS);
  private final Codes distances = new Codes(table, DISTANCES, ROOT_BITS);
  private final Codes lengthCodes = new Codes(new int[1 << 7], 0, 7);
  private final byte[] lengths = new byte[MAX_LITERALS + MAX_DISTANCES];
  private final int[] entries = new int[MAX_LITERALS];

  private ByteBuffer data = ByteBuffer.allocate(0);
  private long limit;
  private long bit;
  private long lastBlock;

  /** Which bit the last block begins with; that one says that it is the last. */
  long lastBlock() {
    return lastBlock;
  }

  /** Which bit comes after the last block. */
  long end() {
    return bit;
  }

  /**
   * Looks through a stream.
   *
   * @param stream from index 0; {@link #SLACK} bytes more must be readable
   * @param length bytes
   * @throws IllegalArgumentException if that is no deflate stream that ends there
   */
  void scan(ByteBuffer stream, int length) {
    if (stream.order() != ByteOrder.LITTLE_ENDIAN || stream.limit() < length + SLACK) {
      throw new IllegalArgumentException("buffer=" + stream + " for bytes=" + length);
    }
    data = stream;
    limit = (long) length * Byte.SIZE;
    bit = 0;
    boolean last;
    do {
      lastBlock = bit;
      last = take(1) == 1;
      int type = take(2);
      switch (type) {
        case STORED -> skipStored();
        case FIXED -> {
          makeFixed();
          skipCodes();
        }
        case DYNAMIC -> {
          readDynamic();
          skipCodes();
        }
        default -> throw malformed("type=" + type);
      }
      if (bit > limit) {
        throw malformed("it goes on behind its end");
      }
    } while (!last);
    if ((bit + Byte.SIZE - 1) / Byte.SIZE != length) {
      throw malformed("it ends before its end");
    }
  }

  private IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(
        "no deflate stream of bits=%d, at bit=%d: %s".formatted(limit, bit, what));
  }

  /** At least 57 bits from one on. */
  private long word(long from) {
    if (from > limit) {
      throw malformed("it goes on behind its end");
    }
    return data.getLong((int) (from >>> 3)) >>> (from & 7);
  }

  private int take(int bits) {
    int taken = (int) word(bit) & ((1 << bits) - 1);
    bit += bits;
    return taken;
  }

  private void skipStored() {
    bit = (bit + Byte.SIZE - 1) & -Byte.SIZE;
    int length = take(Short.SIZE);
    int complement = take(Short.SIZE);
    if ((length ^ complement) != 0xffff) {
      throw malformed("stored=" + length);
    }
    bit += (long) length * Byte.SIZE;
  }

  /** The codes of 3.2.6. */
  private void makeFixed() {
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, MAX_LITERALS, (byte) 8);
    Arrays.fill(lengths, MAX_LITERALS, MAX_LITERALS + 32, (byte) 5);
    makeCodes(MAX_LITERALS, 32);
  }

  /** The head of a block with codes of its own (3.2.7). */
  private void readDynamic() {
    int literalCount = take(5) + 257;
    int distanceCount = take(5) + 1;
    int lengthCount = take(4) + 4;
    Arrays.fill(lengths, 0, LENGTHS_ORDER.length, (byte) 0);
    for (int i = 0; i < lengthCount; i++) {
      lengths[LENGTHS_ORDER[i]] = (byte) take(3);
    }
    for (int i = 0; i < LENGTHS_ORDER.length; i++) {
      entries[i] = lengths[i] | (i << MEANING);
    }
    lengthCodes.make(lengths, 0, LENGTHS_ORDER.length, entries);
    int count = literalCount + distanceCount;
    int at = 0;
    while (at < count) {
      int entry = lengthCodes.next(word(bit));
      bit += entry & BITS;
      int code = entry >>> MEANING;
      if (code < 16) {
        lengths[at++] = (byte) code;
        continue;
      }
      byte repeated = code == 16 && at > 0 ? lengths[at - 1] : 0;
      int times =
          switch (code) {
            case 16 -> 3 + take(2);
            case 17 -> 3 + take(3);
            default -> 11 + take(7);
          };
      if (times > count - at) {
        throw malformed("codes=" + (at + times) + " of=" + count);
      }
      Arrays.fill(lengths, at, at + times, repeated);
      at += times;
    }
    makeCodes(literalCount, distanceCount);
  }

  private void makeCodes(int literalCount, int distanceCount) {
    for (int i = 0; i < literalCount; i++) {
      entries[i] = literalEntry(i, lengths[i]);
    }
    literals.make(lengths, 0, literalCount, entries);
    literals.join();
    for (int i = 0; i < distanceCount; i++) {
      // Two codes each for 0, 1, 2 and so on extra bits, but for the first two (3.2.5).
      entries[i] = (lengths[literalCount + i] + Math.max(0, i / 2 - 1)) | (LITERALS << MEANING);
    }
    distances.make(lengths, literalCount, distanceCount, entries);
  }

  /** The extra bits of a length are among its bits, by the table of 3.2.5. */
  private static int literalEntry(int symbol, int length) {
    if (symbol < END_OF_BLOCK) {
      return length | (LITERALS << MEANING);
    }
    if (symbol == END_OF_BLOCK) {
      return length | RARE | END;
    }
    int extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
    return (length + extra) | (DISTANCES << MEANING);
  }

  /**
   * Goes to the end of the block. A literal or a length and a distance are looked up in the same
   * way, three in a row, since which of them comes no processor guesses.
   */
  private void skipCodes() {
    int at = LITERALS;
    while (bit < limit) {
      long word = word(bit);
      // 16 bits at most go with a literal or a length that is in the table, 24 with a distance, so
      // that each index is within the 57 bits that are good.
      int first = table[at + ((int) word & ROOT_MASK)];
      int used = first & BITS;
      int second = table[(first >>> MEANING) + ((int) (word >>> used) & ROOT_MASK)];
      used += second & BITS;
      int third = table[(second >>> MEANING) + ((int) (word >>> used) & ROOT_MASK)];
      if (((first | second | third) & RARE) == 0) {
        bit += used + (third & BITS);
        at = third >>> MEANING;
        continue;
      }
      int entry = at == LITERALS ? literals.next(word) : distances.next(word);
      bit += entry & BITS;
      if ((entry & END) != 0) {
        return;
      }
      at = entry >>> MEANING;
    }
    throw malformed("a block has no end");
  }

  /** A Huffman code (3.2.2), as a table of what begins with which bits. */
  private static final class Codes {
    private static final int MAX_BITS = 15;

    /** Of codes that are longer than the table's index. */
    private static final int LONG = RARE;

    private final int[] table;
    private final int base;
    private final int rootBits;
    private final int[] count = new int[MAX_BITS + 1];
    private final int[] nextCode = new int[MAX_BITS + 1];
    private final int[] nextPlace = new int[MAX_BITS + 1];

    /** By their codes, the shortest first. */
    private final int[] sorted = new int[MAX_LITERALS];

    /** Makes a code whose table is {@code 1 << rootBits} entries from {@code base} on. */
    Codes(int[] table, int base, int rootBits) {
      this.table = table;
      this.base = base;
      this.rootBits = rootBits;
    }

    /**
     * Takes a code.
     *
     * @param lengths of the symbols' codes from {@code from} on; 0 for one that has none
     * @param entries of the symbols
     */
    void make(byte[] lengths, int from, int symbols, int[] entries) {
      Arrays.fill(count, 0);
      for (int i = 0; i < symbols; i++) {
        count[lengths[from + i]]++;
      }
      count[0] = 0;
      int code = 0;
      int place = 0;
      for (int bits = 1; bits <= MAX_BITS; bits++) {
        code = (code + count[bits - 1]) << 1;
        nextCode[bits] = code;
        nextPlace[bits] = place;
        place += count[bits];
      }
      Arrays.fill(table, base, base + (1 << rootBits), LONG);
      for (int i = 0; i < symbols; i++) {
        int bits = lengths[from + i];
        if (bits == 0) {
          continue;
        }
        sorted[nextPlace[bits]++] = entries[i];
        int own = nextCode[bits]++;
        if (bits <= rootBits) {
          int reversed = Integer.reverse(own) >>> (Integer.SIZE - bits);
          for (int at = reversed; at < 1 << rootBits; at += 1 << bits) {
            table[base + at] = entries[i];
          }
        }
      }
    }

    /**
     * Makes two literals one entry where the index tells both. From the end, so that what is joined
     * to a literal is one itself.
     */
    void join() {
      for (int at = (1 << rootBits) - 1; at >= 0; at--) {
        int bits = table[base + at];
        if (bits <= BITS) {
          int next = table[base + (at >>> bits)];
          if (next <= BITS && bits + next <= rootBits) {
            table[base + at] = bits + next;
          }
        }
      }
    }

    /** The entry of what a word begins with. */
    int next(long word) {
      int entry = table[base + ((int) word & ((1 << rootBits) - 1))];
      return entry == LONG ? longCode(word) : entry;
    }

    private int longCode(long word) {
      int code = 0;
      int first = 0;
      int place = 0;
      for (int bits = 1; bits <= MAX_BITS; bits++) {
        code |= (int) (word >>> (bits - 1)) & 1;
        int here = code - first;
        if (here < count[bits]) {
          return sorted[place + here];
        }
        place += count[bits];
        first = (first + count[bits]) << 1;
        code <<= 1;
      }
      throw new IllegalArgumentException("no deflate stream: bits without a meaning");
    }
  }
}
