package org.dmore.vdev.wire;

/**
 * The page that a paravirtual framebuffer shares with its backend: {@code struct xenfb_page} of
 * Xen's {@code public/io/fbif.h}.
 *
 * <pre>
 *    0        4        8        12       16       20       24         28         32     40         1024
 *    +--------+--------+--------+--------+--------+--------+----------+----------+------+-- - - - -+
 *    |in_cons |in_prod |out_cons|out_prod| width  | height |line_     |mem_      |depth | pd[256]  |
 *    |        |        |        |        |        |        |length    |length    |      |          |
 *    +--------+--------+--------+--------+--------+--------+----------+----------+------+-- - - - -+
 *      u32      u32      u32      u32      i32      i32      u32        u32        u8     unsigned long
 *   1024              2048                             4096
 *    +-----------------+--------------------------------+
 *    | in ring         | out ring                       |
 *    +-----------------+--------------------------------+
 *      25 slots of 40    51 slots of 40
 * </pre>
 *
 * <p>The out ring carries events from the guest: the frontend produces, the backend consumes.
 * {@code pd} lists the frames that hold the numbers of the frames of the pixels; it is {@code
 * unsigned long} of the guest, 8 bytes where the frontend's {@code protocol} node says a 64-bit
 * ABI. The array runs into the rings, so that only its first {@value #PAGE_DIRECTORIES_64} entries
 * are usable with 8 bytes each.
 */
public final class FbifPage {
  public static final int IN_CONS = 0;
  public static final int IN_PROD = 4;
  public static final int OUT_CONS = 8;
  public static final int OUT_PROD = 12;

  /** Width in pixels, i32. */
  public static final int WIDTH = 16;

  /** Height in pixels, i32. */
  public static final int HEIGHT = 20;

  /** Bytes of a row, u32. */
  public static final int LINE_LENGTH = 24;

  /** Bytes of the framebuffer, u32. */
  public static final int MEM_LENGTH = 28;

  /** Bits of a pixel, u8. */
  public static final int DEPTH = 32;

  /** The page directory of a 64-bit guest. */
  public static final int PAGE_DIRECTORY_64 = 40;

  public static final int IN_RING_OFFSET = 1024;
  public static final int IN_RING_SIZE = 1024;
  public static final int IN_RING_LENGTH = IN_RING_SIZE / FbifEvent.SIZE;

  public static final int OUT_RING_OFFSET = IN_RING_OFFSET + IN_RING_SIZE;
  public static final int OUT_RING_SIZE = 2048;

  /** Slots in the out ring. */
  public static final int OUT_RING_LENGTH = OUT_RING_SIZE / FbifEvent.SIZE;

  /** Entries of a 64-bit guest's page directory that lie clear of the rings. */
  public static final int PAGE_DIRECTORIES_64 = (IN_RING_OFFSET - PAGE_DIRECTORY_64) / Long.BYTES;

  private FbifPage() {}

  /** Where the slot of an index of the out ring begins. */
  public static int outSlot(int index) {
    return OUT_RING_OFFSET + Integer.remainderUnsigned(index, OUT_RING_LENGTH) * FbifEvent.SIZE;
  }

  /** Whether an index pair can be true: no more outstanding than the ring holds. */
  public static boolean outIndicesValid(int outProd, int outCons) {
    return Integer.compareUnsigned(outProd - outCons, OUT_RING_LENGTH) <= 0;
  }

  /** Slots that a producer may fill now; the same care at the wrap as {@link KbdifPage#inRoom}. */
  public static int outRoom(int outProd, int outCons) {
    if (outProd == 0 && outCons != 0) {
      return 0;
    }
    int room = OUT_RING_LENGTH - (outProd - outCons);
    int untilWrap = -outProd;
    return untilWrap > 0 ? Math.min(room, untilWrap) : room;
  }
}
