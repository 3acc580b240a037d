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
  EXTENDED_DESKTOP_SIZE(-308);

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
