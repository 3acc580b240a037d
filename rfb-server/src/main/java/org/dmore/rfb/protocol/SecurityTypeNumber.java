package org.dmore.rfb.protocol;

/** Numbers of security types (RFC 6143, 7.1.2 and rfbproto). */
public final class SecurityTypeNumber {
  public static final int INVALID = 0;
  public static final int NONE = 1;
  public static final int VNC_AUTHENTICATION = 2;
  public static final int RA2 = 5;
  public static final int RA2NE = 6;
  public static final int VENCRYPT = 19;
  public static final int RA2_256 = 129;
  public static final int RA2NE_256 = 130;

  private SecurityTypeNumber() {}
}
