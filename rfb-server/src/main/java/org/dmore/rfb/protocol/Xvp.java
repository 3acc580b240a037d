package org.dmore.rfb.protocol;

/** Numbers of the xvp extension (rfbproto). */
public final class Xvp {
  /** The extension's only version. */
  public static final int VERSION = 1;

  /** Server: what was asked for cannot be done. */
  public static final int FAIL = 0;

  /** Server: it understands the extension. */
  public static final int INIT = 1;

  /** Client: a clean shutdown. */
  public static final int SHUTDOWN = 2;

  /** Client: a clean reboot. */
  public static final int REBOOT = 3;

  /** Client: an abrupt reset. */
  public static final int RESET = 4;

  private Xvp() {}
}
