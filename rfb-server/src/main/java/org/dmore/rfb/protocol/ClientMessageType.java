package org.dmore.rfb.protocol;

/** First bytes of the messages that clients send (RFC 6143, 7.5 and rfbproto). */
public final class ClientMessageType {
  public static final int SET_PIXEL_FORMAT = 0;
  public static final int SET_ENCODINGS = 2;
  public static final int FRAMEBUFFER_UPDATE_REQUEST = 3;
  public static final int KEY_EVENT = 4;
  public static final int POINTER_EVENT = 5;
  public static final int CLIENT_CUT_TEXT = 6;
  public static final int ENABLE_CONTINUOUS_UPDATES = 150;
  public static final int CLIENT_FENCE = 248;
  public static final int XVP = 250;
  public static final int SET_DESKTOP_SIZE = 251;
  public static final int QEMU = 255;

  /** Second byte of a {@link #QEMU} message: an extended key event. */
  public static final int QEMU_EXTENDED_KEY_EVENT = 0;

  private ClientMessageType() {}
}
