package org.dmore.xen;

/**
 * One end of an event channel, as the domain that owns the end numbers it; {@code evtchn_port_t} of
 * {@code public/event_channel.h}.
 *
 * @param value at least 1; port 0 is reserved
 */
public record EventPort(int value) {
  public EventPort {
    if (value <= 0) {
      throw new IllegalArgumentException("event port=" + value + " is not positive");
    }
  }

  /**
   * Reads a port as xenstore writes it.
   *
   * @throws IllegalArgumentException if the text is not a decimal number in range
   */
  public static EventPort parse(String text) {
    try {
      return new EventPort(Integer.parseInt(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("event port=\"" + text + "\" is not a decimal number", e);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
