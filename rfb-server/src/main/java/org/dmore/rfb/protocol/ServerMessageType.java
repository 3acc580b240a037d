package org.dmore.rfb.protocol;

/** First bytes of the messages that servers send (RFC 6143, 7.6). */
public final class ServerMessageType {
  public static final int FRAMEBUFFER_UPDATE = 0;
  public static final int SET_COLOUR_MAP_ENTRIES = 1;
  public static final int BELL = 2;
  public static final int SERVER_CUT_TEXT = 3;

  private ServerMessageType() {}
}
