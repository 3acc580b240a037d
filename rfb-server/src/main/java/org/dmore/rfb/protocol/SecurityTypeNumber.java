package org.dmore.rfb.protocol;

/** Numbers of security types (RFC 6143, 7.1.2 and rfbproto). */
public final class SecurityTypeNumber {
  public static final int INVALID = 0;
  public static final int NONE = 1;
  public static final int VNC_AUTHENTICATION = 2;

  private SecurityTypeNumber() {}
}
