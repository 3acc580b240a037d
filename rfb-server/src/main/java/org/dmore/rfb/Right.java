package org.dmore.rfb;

/** What a client may do. */
public enum Right {
  /** See the desktop. Who may not is not let in. */
  VIEW,
  /** Use keyboard, pointer and clipboard. */
  CONTROL,
  /** Switch the machine off, or reset it (rfbproto, xvp). */
  POWER
}
