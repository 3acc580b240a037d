package org.dmore.vdev.wire;

/**
 * The page that a paravirtual keyboard and pointer shares with its backend: {@code struct
 * xenkbd_page} of Xen's {@code public/io/kbdif.h}.
 *
 * <pre>
 *    0        4        8        12       16            1024              3072             4096
 *    +--------+--------+--------+--------+-- unused ---+-----------------+-----------------+
 *    |in_cons |in_prod |out_cons|out_prod|             | in ring         | out ring        |
 *    +--------+--------+--------+--------+-------------+-----------------+-----------------+
 *      u32      u32      u32      u32                    51 slots of 40    25 slots of 40
 * </pre>
 *
 * <p>The in ring carries events to the guest: the backend produces, the frontend consumes. No out
 * events are defined. Indices run freely through all of u32; a slot is the index modulo the ring's
 * length.
 *
 * <p>That length is no divisor of 2^32, so slots jump where an index wraps: 2^32 - 1 and 0 are both
 * slot 0. {@link #inRoom} keeps the two from being in the ring together; no other pair of indices
 * that can be outstanding at once shares a slot.
 */
public final class KbdifPage {
  public static final int IN_CONS = 0;
  public static final int IN_PROD = IN_CONS + Integer.BYTES;
  public static final int OUT_CONS = IN_PROD + Integer.BYTES;
  public static final int OUT_PROD = OUT_CONS + Integer.BYTES;

  public static final int IN_RING_OFFSET = 1024;
  public static final int IN_RING_SIZE = 2048;

  /** Slots in the in ring. */
  public static final int IN_RING_LENGTH = IN_RING_SIZE / KbdifEvent.SIZE;

  public static final int OUT_RING_OFFSET = IN_RING_OFFSET + IN_RING_SIZE;
  public static final int OUT_RING_SIZE = 1024;

  private KbdifPage() {}

  /** Where the slot of an index begins. */
  public static int inSlot(int index) {
    return IN_RING_OFFSET + Integer.remainderUnsigned(index, IN_RING_LENGTH) * KbdifEvent.SIZE;
  }

  /**
   * Events that stand in the ring, 0 to {@value #IN_RING_LENGTH} if the indices are sound. Any
   * other result (which may be negative) says that one of them is not.
   */
  public static int inOutstanding(int inProd, int inCons) {
    return inProd - inCons;
  }

  /**
   * Whether an index pair can be true: no more outstanding than the ring holds.
   *
   * @param inProd the producer's index
   * @param inCons the consumer's index
   */
  public static boolean inIndicesValid(int inProd, int inCons) {
    return Integer.compareUnsigned(inOutstanding(inProd, inCons), IN_RING_LENGTH) <= 0;
  }

  /** Slots that a producer may fill now; the indices must be valid. */
  public static int inRoom(int inProd, int inCons) {
    int outstanding = inOutstanding(inProd, inCons);
    if (inProd == 0 && outstanding != 0) {
      return 0; // index 0 shares its slot with 2^32 - 1, which is not consumed yet
    }
    int room = IN_RING_LENGTH - outstanding;
    int untilWrap = -inProd;
    return untilWrap > 0 ? Math.min(room, untilWrap) : room;
  }
}
