package org.dmore.rfb.protocol;

/** What a PointerEvent's place means (QEMU's pointer motion change). */
public enum PointerMode {
  /** A place on the desktop. */
  ABSOLUTE,
  /** A motion, added to {@link #ORIGIN} in each direction. */
  RELATIVE;

  /** No motion. */
  public static final int ORIGIN = 0x7fff;
}
