package org.dmore.rfb.protocol;

/** What an ExtendedDesktopSize rectangle carries as x, and the status that it carries as y. */
public final class DesktopSizeReason {
  /** Reason: the server changed the size, or tells it. */
  public static final int SERVER = 0;

  /** Reason: this client asked for it. */
  public static final int THIS_CLIENT = 1;

  public static final int STATUS_DONE = 0;
  public static final int STATUS_PROHIBITED = 1;

  private DesktopSizeReason() {}
}
