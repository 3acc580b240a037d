package org.dmore.xen;

/**
 * Where one end of a paravirtual device stands in the handshake that both ends carry out through
 * xenstore; {@code enum xenbus_state} of {@code public/io/xenbus.h}.
 */
public enum XenbusState {
  UNKNOWN,
  INITIALISING,
  INIT_WAIT,
  INITIALISED,
  CONNECTED,
  CLOSING,
  CLOSED,
  RECONFIGURING,
  RECONFIGURED;

  private static final XenbusState[] VALUES = values();

  /** The number that stands in a {@code state} node. */
  public int wireValue() {
    return ordinal();
  }

  /** The text that stands in a {@code state} node. */
  public String wireText() {
    return Integer.toString(ordinal());
  }

  /** The state that a {@code state} node's text names; {@link #UNKNOWN} for any other text. */
  public static XenbusState parse(String text) {
    String digits = text.strip();
    if (digits.length() != 1) {
      return UNKNOWN;
    }
    int value = digits.charAt(0) - '0';
    return value >= 0 && value < VALUES.length ? VALUES[value] : UNKNOWN;
  }
}
