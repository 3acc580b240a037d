package org.dmore.rfb.protocol;

import java.util.Optional;

/** The extensions that a client can offer among its encodings and that this server knows. */
public enum PseudoEncoding {
  /** The client draws the cursor (RFC 6143, 7.8.1). */
  CURSOR(-239),
  /** The client follows a change of size (RFC 6143, 7.8.2). */
  DESKTOP_SIZE(-223),
  /** An update may end before its announced count of rectangles (rfbproto). */
  LAST_RECT(-224),
  /** The client sends scancodes beside keysyms (rfbproto). */
  QEMU_EXTENDED_KEY_EVENT(-258),
  /** The client follows changes of size and of screens, and may ask for them (rfbproto). */
  EXTENDED_DESKTOP_SIZE(-308),
  /** The client draws the cursor, which may be translucent (rfbproto). */
  CURSOR_WITH_ALPHA(-314),
  /** The client follows a change of the desktop's name (rfbproto). */
  DESKTOP_NAME(-307),
  /** The client answers and sends fences (rfbproto). */
  FENCE(-312),
  /** The client takes updates that it has not asked for one by one (rfbproto). */
  CONTINUOUS_UPDATES(-313),
  /** The client can ask for the machine to be shut down, rebooted or reset (rfbproto). */
  XVP(-309),
  /** The client sends motion instead of positions when it is told to (QEMU). */
  POINTER_MOTION_CHANGE(-257),
  /** The client has more than eight buttons (rfbproto). */
  EXTENDED_MOUSE_BUTTONS(-316),
  /** The clipboard may be other than Latin-1, and is told of before it is sent (rfbproto). */
  EXTENDED_CLIPBOARD(0xc0a1e5ce);

  private final int number;

  PseudoEncoding(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The pseudo-encoding of that number, if this server knows it. */
  public static Optional<PseudoEncoding> of(int number) {
    for (PseudoEncoding type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
