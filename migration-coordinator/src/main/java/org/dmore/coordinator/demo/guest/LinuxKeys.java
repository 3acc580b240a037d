package org.dmore.coordinator.demo.guest;

import java.util.StringTokenizer;

/**
 * The codes by which Linux and the paravirtual keyboard name keys and buttons (Linux's {@code
 * input-event-codes.h}), and their names.
 */
final class LinuxKeys {
  static final int KEY_BACKSPACE = 14;
  static final int KEY_TAB = 15;
  static final int KEY_ENTER = 28;
  static final int KEY_LEFTCTRL = 29;
  static final int KEY_LEFTSHIFT = 42;
  static final int KEY_RIGHTSHIFT = 54;
  static final int KEY_LEFTALT = 56;
  static final int KEY_CAPSLOCK = 58;
  static final int KEY_KPENTER = 96;
  static final int KEY_RIGHTCTRL = 97;
  static final int KEY_RIGHTALT = 100;
  static final int KEY_HOME = 102;
  static final int KEY_UP = 103;
  static final int KEY_LEFT = 105;
  static final int KEY_RIGHT = 106;
  static final int KEY_END = 107;
  static final int KEY_DOWN = 108;
  static final int KEY_DELETE = 111;
  static final int BTN_LEFT = 0x110;
  static final int BTN_RIGHT = 0x111;
  static final int BTN_MIDDLE = 0x112;

  /** One more than the greatest code that an event can have. */
  static final int LIMIT = 0x300;

  private static final String[] NAMES = new String[LIMIT];

  static {
    name(
        1,
        """
        ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB Q W E R T Y U I O P LEFTBRACE RIGHTBRACE \
        ENTER LEFTCTRL A S D F G H J K L SEMICOLON APOSTROPHE GRAVE LEFTSHIFT BACKSLASH Z X C V B N \
        M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE CAPSLOCK F1 F2 F3 F4 F5 F6 F7 F8 F9 \
        F10 NUMLOCK SCROLLLOCK KP7 KP8 KP9 KPMINUS KP4 KP5 KP6 KPPLUS KP1 KP2 KP3 KP0 KPDOT""");
    name(85, "ZENKAKUHANKAKU 102ND F11 F12 RO KATAKANA HIRAGANA HENKAN KATAKANAHIRAGANA MUHENKAN");
    name(
        95,
        """
        KPJPCOMMA KPENTER RIGHTCTRL KPSLASH SYSRQ RIGHTALT LINEFEED HOME UP PAGEUP LEFT RIGHT END \
        DOWN PAGEDOWN INSERT DELETE MACRO MUTE VOLUMEDOWN VOLUMEUP POWER KPEQUAL KPPLUSMINUS PAUSE\
        """);
    name(121, "KPCOMMA HANGEUL HANJA YEN LEFTMETA RIGHTMETA COMPOSE");
    NAMES[BTN_LEFT] = "BTN_LEFT";
    NAMES[BTN_RIGHT] = "BTN_RIGHT";
    NAMES[BTN_MIDDLE] = "BTN_MIDDLE";
  }

  private LinuxKeys() {}

  private static void name(int firstCode, String names) {
    int code = firstCode;
    var tokens = new StringTokenizer(names);
    while (tokens.hasMoreTokens()) {
      NAMES[code++] = "KEY_" + tokens.nextToken();
    }
  }

  /** Returns a code's name, such as {@code KEY_A}, or {@code code N} for a rare one. */
  static String nameOf(int code) {
    String name = code >= 0 && code < LIMIT ? NAMES[code] : null;
    return name != null ? name : "code " + code;
  }
}
