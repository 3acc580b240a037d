package org.dmore.xen;

/**
 * Where one end of a paravirtual device stands in the handshake that both ends carry out through
 * xenstore; {@code enum xenbus_state} of {@code public/io/xenbus.h}.
 */
public enum XenbusState {
  UNKNOWN(0),
  INITIALISING(1),
  INIT_WAIT(2),
  INITIALISED(3),
  CONNECTED(4),
  CLOSING(5),
  CLOSED(6),
  RECONFIGURING(7),
  RECONFIGURED(8);

  private final int wireValue;

  XenbusState(int wireValue) {
    this.wireValue = wireValue;
  }

  /** The number that stands in a {@code state} node. */
  public int wireValue() {
    return wireValue;
  }

  /** The text that stands in a {@code state} node. */
  public String wireText() {
    return Integer.toString(wireValue);
  }

  /** The state that a {@code state} node's text names; {@link #UNKNOWN} for any other text. */
  public static XenbusState parse(String text) {
    String digits = text.strip();
    for (XenbusState state : values()) {
      if (state.wireText().equals(digits)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}
