package org.dmore.vdev.wire;

/**
 * An event of the paravirtual keyboard and pointer: {@code union xenkbd_in_event} of Xen's {@code
 * public/io/kbdif.h}.
 *
 * <pre>
 *          0        1        2        3        4            8            12           16     40
 *          +--------+--------+--------+--------+------------+------------+------------+-- - -+
 *   MOTION | 1      | 0                        | rel_x      | rel_y      | rel_z      |      |
 *   KEY    | 3      | pressed| 0               | keycode    |                                |
 *   POS    | 4      | 0                        | abs_x      | abs_y      | rel_z      |      |
 *          +--------+--------+--------+--------+------------+------------+------------+-- - -+
 *            u8       u8                         i32 / u32    i32          i32
 * </pre>
 *
 * <p>In memory dmore keeps an event as the four little-endian words that it has on the wire; {@link
 * #key}, {@link #motion} and {@link #position} make the first.
 */
public final class KbdifEvent {
  /** Bytes of a slot; the union is padded to this. */
  public static final int SIZE = 40;

  public static final int TYPE_MOTION = 1;
  public static final int TYPE_KEY = 3;
  public static final int TYPE_POS = 4;

  /** Word 0: the type in the low byte, {@code pressed} in the second. */
  public static final int WORD0 = 0;

  /** Word 1: keycode, rel_x or abs_x. */
  public static final int WORD1 = 4;

  /** Word 2: rel_y or abs_y. */
  public static final int WORD2 = 8;

  /** Word 3: rel_z, the wheel. */
  public static final int WORD3 = 12;

  /** Words of an event that mean anything. */
  public static final int WORDS = 4;

  private static final int PRESSED_SHIFT = 8;

  private KbdifEvent() {}

  /** Word 0 of a KEY event. */
  public static int key(boolean pressed) {
    return TYPE_KEY | (pressed ? 1 << PRESSED_SHIFT : 0);
  }

  /** Word 0 of a MOTION event. */
  public static int motion() {
    return TYPE_MOTION;
  }

  /** Word 0 of a POS event. */
  public static int position() {
    return TYPE_POS;
  }

  /** The type that word 0 carries. */
  public static int type(int word0) {
    return word0 & 0xff;
  }

  /** Whether word 0 of a KEY event says pressed. */
  public static boolean pressed(int word0) {
    return (word0 >>> PRESSED_SHIFT & 0xff) != 0;
  }
}
