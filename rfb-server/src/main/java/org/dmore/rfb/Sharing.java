package org.dmore.rfb;

/** Whether several clients may be on the desktop at once. */
public enum Sharing {
  /**
   * As the client says at its start (RFC 6143, 7.3.1): one that wants the desktop for itself
   * disconnects those that are there; a later one that shares joins it.
   */
  HONOUR_CLIENT,
  /** Every client shares, whatever it says. */
  ALWAYS_SHARED,
  /**
   * One client at a time. The newcomer disconnects the one that is there, so that a client that
   * hangs cannot lock its user out.
   */
  NEVER_SHARED
}
