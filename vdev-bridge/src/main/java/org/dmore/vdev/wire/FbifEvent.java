package org.dmore.vdev.wire;

/**
 * An event that a paravirtual framebuffer sends to its backend: {@code union xenfb_out_event} of
 * Xen's {@code public/io/fbif.h}.
 *
 * <pre>
 *          0        4            8            12           16           20           24     40
 *          +--------+------------+------------+------------+------------+------------+-- - -+
 *   UPDATE | 2      | x          | y          | width      | height     |            |      |
 *   RESIZE | 3      | width      | height     | stride     | depth      | offset     |      |
 *          +--------+------------+------------+------------+------------+------------+-- - -+
 *            u8       i32          i32          i32          i32          i32
 * </pre>
 *
 * <p>UPDATE says in pixels which rectangle changed. RESIZE gives a new width and height in pixels,
 * the bytes of a row, the bits of a pixel and where in the framebuffer's memory the first pixel
 * lies.
 */
public final class FbifEvent {
  /** Bytes of a slot; the union is padded to this. */
  public static final int SIZE = 40;

  public static final int TYPE_UPDATE = 2;
  public static final int TYPE_RESIZE = 3;

  public static final int TYPE = 0;

  public static final int UPDATE_X = 4;
  public static final int UPDATE_Y = 8;
  public static final int UPDATE_WIDTH = 12;
  public static final int UPDATE_HEIGHT = 16;

  public static final int RESIZE_WIDTH = 4;
  public static final int RESIZE_HEIGHT = 8;
  public static final int RESIZE_STRIDE = 12;
  public static final int RESIZE_DEPTH = 16;
  public static final int RESIZE_OFFSET = 20;

  private FbifEvent() {}
}
