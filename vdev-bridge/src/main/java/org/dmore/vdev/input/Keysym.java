package org.dmore.vdev.input;

/** The X11 keysyms that have a meaning of their own here; {@code X11/keysymdef.h}. */
final class Keysym {
  static final int ISO_LEVEL3_SHIFT = 0xfe03;
  static final int ISO_LEFT_TAB = 0xfe20;
  static final int TAB = 0xff09;
  static final int MODE_SWITCH = 0xff7e;
  static final int NUM_LOCK = 0xff7f;
  static final int SHIFT_L = 0xffe1;
  static final int SHIFT_R = 0xffe2;
  static final int CONTROL_L = 0xffe3;
  static final int CONTROL_R = 0xffe4;
  static final int CAPS_LOCK = 0xffe5;
  static final int META_L = 0xffe7;
  static final int META_R = 0xffe8;
  static final int ALT_L = 0xffe9;
  static final int ALT_R = 0xffea;
  static final int SUPER_L = 0xffeb;
  static final int SUPER_R = 0xffec;
  static final int HYPER_L = 0xffed;
  static final int HYPER_R = 0xffee;
  static final int SYS_REQ = 0xff15;
  static final int BREAK = 0xff6b;

  /** Keysyms of Unicode characters are the code point plus this. */
  static final int UNICODE = 0x01000000;

  private Keysym() {}

  /** One keysym for each character: Latin-1 by its own number, however the client wrote it. */
  static int normalise(int keysym) {
    int latin1 = keysym - UNICODE;
    return latin1 >= 0x20 && latin1 <= 0xff ? latin1 : keysym;
  }

  /** Whether the keysym is a letter that CapsLock turns, and upper case. */
  static boolean isUpperCaseLetter(int keysym) {
    int codePoint = codePoint(keysym);
    return codePoint > 0
        && Character.isUpperCase(codePoint)
        && Character.toLowerCase(codePoint) != codePoint;
  }

  /** Whether the keysym is a letter that CapsLock turns, and lower case. */
  static boolean isLowerCaseLetter(int keysym) {
    int codePoint = codePoint(keysym);
    return codePoint > 0
        && Character.isLowerCase(codePoint)
        && Character.toUpperCase(codePoint) != codePoint;
  }

  private static int codePoint(int keysym) {
    if (keysym >= 0x20 && keysym <= 0xff) {
      return keysym;
    }
    int unicode = keysym - UNICODE;
    return unicode >= 0x100 && unicode <= Character.MAX_CODE_POINT ? unicode : -1;
  }
}
