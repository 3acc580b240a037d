package org.dmore.benchmarks.lab.recorder;

/**
 * A press or a release of a key in the guest.
 *
 * @param code Linux's KEY code
 * @param pressed or else released
 */
public record KeyEvent(int code, boolean pressed) {
  /** A press. */
  public static KeyEvent press(int code) {
    return new KeyEvent(code, true);
  }

  /** A release. */
  public static KeyEvent release(int code) {
    return new KeyEvent(code, false);
  }

  /** Reads {@code 30+} or {@code 30-}. */
  static KeyEvent parse(String text) throws RecorderException {
    int last = text.length() - 1;
    if (last > 0 && (text.charAt(last) == '+' || text.charAt(last) == '-')) {
      try {
        return new KeyEvent(Integer.parseInt(text.substring(0, last)), text.charAt(last) == '+');
      } catch (NumberFormatException e) {
        // said below
      }
    }
    throw new RecorderException("\"" + text + "\" is no key event like 30+");
  }

  @Override
  public String toString() {
    return code + (pressed ? "+" : "-");
  }
}
