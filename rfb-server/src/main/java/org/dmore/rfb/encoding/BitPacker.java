package org.dmore.rfb.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Packs small numbers into bytes, the first one highest, each row filled up to whole bytes. */
final class BitPacker {
  private static final VarHandle LONG_LE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Times eight bytes of 0 or 1, the first lowest: puts their bits into the topmost byte, the first
   * one highest. No two products meet, so nothing is carried.
   */
  private static final long GATHER = 0x8040201008040201L;

  private BitPacker() {}

  /**
   * Packs numbers.
   *
   * @param bits of each: 1, 2 or 4
   * @return the index after the last byte
   */
  static int pack(byte[] numbers, int width, int height, int bits, byte[] target, int at) {
    return bits == 1
        ? packSingle(numbers, width, height, target, at)
        : packSeveral(numbers, width, height, bits, target, at);
  }

  private static int packSingle(byte[] numbers, int width, int height, byte[] target, int at) {
    int to = at;
    int from = 0;
    for (int y = 0; y < height; y++) {
      int end = from + width;
      for (; from + 8 <= end; from += 8) {
        target[to++] = (byte) (((long) LONG_LE.get(numbers, from) * GATHER) >>> 56);
      }
      if (from < end) {
        int gathered = 0;
        for (int room = 7; from < end; room--) {
          gathered |= numbers[from++] << room;
        }
        target[to++] = (byte) gathered;
      }
    }
    return to;
  }

  private static int packSeveral(
      byte[] numbers, int width, int height, int bits, byte[] target, int at) {
    int to = at;
    int from = 0;
    for (int y = 0; y < height; y++) {
      int gathered = 0;
      int room = 8;
      for (int end = from + width; from < end; from++) {
        room -= bits;
        gathered |= numbers[from] << room;
        if (room == 0) {
          target[to++] = (byte) gathered;
          gathered = 0;
          room = 8;
        }
      }
      if (room < 8) {
        target[to++] = (byte) gathered;
      }
    }
    return to;
  }
}
