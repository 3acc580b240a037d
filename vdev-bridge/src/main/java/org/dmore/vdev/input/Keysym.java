package org.dmore.vdev.input;

import java.io.IOException;
import java.io.UncheckedIOException;

/** X11 keysyms: {@code X11/keysymdef.h}; those that have a meaning of their own here, and forms. */
final class Keysym {
  static final int ISO_LEVEL3_SHIFT = 0xfe03;
  static final int ISO_LEFT_TAB = 0xfe20;
  static final int TAB = 0xff09;
  static final int RETURN = 0xff0d;
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
  private static final int UNICODE = 0x01000000;

  /** Dead keys, {@code XK_dead_grave} and on. */
  private static final int FIRST_DEAD = 0xfe50;

  private static final int LAST_DEAD = 0xfe9f;

  /** The keysyms from before Unicode that stand for characters, but for Latin-1's. */
  private static final IntTable LEGACY = legacy();

  private Keysym() {}

  /**
   * One keysym for each character, however a client or a layout writes it: Latin-1 has its own
   * numbers, everything else Unicode's. Other keysyms stay what they are. Does not allocate.
   */
  static int canonical(int keysym) {
    if (keysym < 0x100) {
      return keysym;
    }
    int latin1 = keysym - UNICODE;
    if (latin1 >= 0x20 && latin1 <= 0xff) {
      return latin1;
    }
    int legacy = keysym < FIRST_DEAD ? LEGACY.get(keysym) : IntTable.ABSENT;
    return legacy == IntTable.ABSENT ? keysym : legacy;
  }

  /** The keysym of a character. */
  static int ofCharacter(int codePoint) {
    return codePoint <= 0xff ? codePoint : UNICODE + codePoint;
  }

  /** The character of a canonical keysym; -1 if it stands for none. */
  static int character(int keysym) {
    if (keysym <= 0xff) {
      return keysym >= 0x20 ? keysym : -1;
    }
    int unicode = keysym - UNICODE;
    return unicode >= 0x100 && unicode <= Character.MAX_CODE_POINT ? unicode : -1;
  }

  /** Whether the keysym is a dead key's: it makes nothing, but changes what comes next. */
  static boolean isDead(int keysym) {
    return keysym >= FIRST_DEAD && keysym <= LAST_DEAD;
  }

  /** Whether a canonical keysym is a letter that CapsLock turns, and upper case. */
  static boolean isUpperCaseLetter(int keysym) {
    int codePoint = character(keysym);
    return codePoint > 0
        && Character.isUpperCase(codePoint)
        && Character.toLowerCase(codePoint) != codePoint;
  }

  /** Whether a canonical keysym is a letter that CapsLock turns, and lower case. */
  static boolean isLowerCaseLetter(int keysym) {
    int codePoint = character(keysym);
    return codePoint > 0
        && Character.isLowerCase(codePoint)
        && (Character.toUpperCase(codePoint) != codePoint || codePoint == 0xdf);
  }

  private static IntTable legacy() {
    IntTable table = new IntTable(1024);
    try {
      for (int[] row : KeysymRows.read("legacy.keysyms", 2)) {
        table.put(row[0], ofCharacter(row[1]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("legacy keysyms cannot be read", e);
    }
    return table;
  }
}
