package org.dmore.coordinator.demo.guest;

/** The characters on the keys of a US keyboard. Immutable. */
public final class KeyboardLayout {
  private static final int LIMIT = 128;

  private final char[] plain = new char[LIMIT];
  private final char[] shifted = new char[LIMIT];

  private KeyboardLayout() {}

  /** Returns the US layout; the keypad gives digits, as with num lock on. */
  public static KeyboardLayout us() {
    KeyboardLayout layout = new KeyboardLayout();
    layout.row(2, "1234567890-=", "!@#$%^&*()_+");
    layout.row(16, "qwertyuiop[]", "QWERTYUIOP{}");
    layout.row(30, "asdfghjkl;'`", "ASDFGHJKL:\"~");
    layout.row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?");
    layout.row(55, "*", "*");
    layout.row(57, " ", " ");
    layout.row(71, "789-456+1230.", "789-456+1230.");
    layout.row(86, "\\", "|");
    layout.row(98, "/", "/");
    layout.row(117, "=", "=");
    return layout;
  }

  private void row(int firstCode, String characters, String withShift) {
    characters.getChars(0, characters.length(), plain, firstCode);
    withShift.getChars(0, withShift.length(), shifted, firstCode);
  }

  /**
   * Returns the character that a key types, or 0 if it types none.
   *
   * @param code the key's Linux code
   * @param capsLock whether letters, and letters only, have the sense of shift turned round
   */
  public char character(int code, boolean shift, boolean capsLock) {
    if (code < 0 || code >= LIMIT) {
      return 0;
    }
    boolean letter = plain[code] >= 'a' && plain[code] <= 'z';
    return (shift ^ (letter && capsLock)) ? shifted[code] : plain[code];
  }
}
