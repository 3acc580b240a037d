package org.dmore.rfb.protocol;

/** First bytes of the messages that servers send (RFC 6143, 7.6 and rfbproto). */
public final class ServerMessageType {
  public static final int FRAMEBUFFER_UPDATE = 0;
  public static final int SET_COLOUR_MAP_ENTRIES = 1;
  public static final int BELL = 2;
  public static final int SERVER_CUT_TEXT = 3;
  public static final int END_OF_CONTINUOUS_UPDATES = 150;
  public static final int SERVER_FENCE = 248;
  public static final int XVP = 250;

  private ServerMessageType() {}
}
