package org.dmore.vdev.input;

/**
 * XT scancodes (set 1), as QEMU's extended key event carries them, to evdev codes.
 *
 * <p>Codes 0x01 to 0x58 are the same in both, which is how evdev came by them. Keys that the wire
 * prefixes with 0xe0 come with 0x80 set. Source: the RFB protocol's "QEMU Extended Key Event
 * Message" and Linux's {@code drivers/input/keyboard/atkbd.c}.
 */
public final class XtScancodes {
  /** The scancode means no key. */
  public static final int NONE = 0;

  private static final int PREFIXED = 0x80;
  private static final short[] EVDEV = table();

  private XtScancodes() {}

  /**
   * Translates a scancode; does not allocate.
   *
   * @return the evdev code, or {@link #NONE}
   */
  public static int toEvdev(int scancode) {
    int code = (scancode & 0xff00) == 0xe000 ? (scancode & 0x7f) | PREFIXED : scancode;
    return code > 0 && code < EVDEV.length ? EVDEV[code] : NONE;
  }

  private static short[] table() {
    short[] table = new short[256];
    for (short code = 0x01; code <= 0x53; code++) {
      table[code] = code;
    }
    table[0x54] = LinuxInput.KEY_SYSRQ;
    table[0x56] = 86; // the key beside the left Shift
    table[0x57] = 87; // F11
    table[0x58] = 88; // F12
    table[0x59] = 117; // keypad =
    table[0x5c] = 95; // keypad , of Japan
    table[0x5d] = 183; // F13
    table[0x5e] = 184; // F14
    table[0x5f] = 185; // F15
    table[0x64] = 183; // F13 to F23, as later keyboards send them
    table[0x65] = 184;
    table[0x66] = 185;
    table[0x67] = 186;
    table[0x68] = 187;
    table[0x69] = 188;
    table[0x6a] = 189;
    table[0x6b] = 190;
    table[0x6c] = 191;
    table[0x6d] = 192;
    table[0x6e] = 193;
    table[0x70] = 93; // Katakana/Hiragana
    table[0x73] = 89; // Ro
    table[0x76] = 85; // Zenkaku/Hankaku; also F24
    table[0x77] = 91; // Hiragana
    table[0x78] = 90; // Katakana
    table[0x79] = 92; // Henkan
    table[0x7b] = 94; // Muhenkan
    table[0x7d] = 124; // Yen
    table[0x7e] = 121; // keypad , of Brazil
    prefixed(table, 0x10, 165); // previous song
    prefixed(table, 0x19, 163); // next song
    prefixed(table, 0x1c, 96); // keypad Enter
    prefixed(table, 0x1d, LinuxInput.KEY_RIGHTCTRL);
    prefixed(table, 0x20, 113); // mute
    prefixed(table, 0x21, 140); // calculator
    prefixed(table, 0x22, 164); // play, pause
    prefixed(table, 0x24, 166); // stop
    prefixed(table, 0x2e, 114); // quieter
    prefixed(table, 0x30, 115); // louder
    prefixed(table, 0x32, 172); // home page
    prefixed(table, 0x35, 98); // keypad /
    prefixed(table, 0x37, LinuxInput.KEY_SYSRQ);
    prefixed(table, 0x38, LinuxInput.KEY_RIGHTALT);
    prefixed(table, 0x46, LinuxInput.KEY_PAUSE);
    prefixed(table, 0x47, 102); // Home
    prefixed(table, 0x48, 103); // Up
    prefixed(table, 0x49, 104); // Page Up
    prefixed(table, 0x4b, 105); // Left
    prefixed(table, 0x4d, 106); // Right
    prefixed(table, 0x4f, 107); // End
    prefixed(table, 0x50, 108); // Down
    prefixed(table, 0x51, 109); // Page Down
    prefixed(table, 0x52, 110); // Insert
    prefixed(table, 0x53, 111); // Delete
    prefixed(table, 0x5b, LinuxInput.KEY_LEFTMETA);
    prefixed(table, 0x5c, LinuxInput.KEY_RIGHTMETA);
    prefixed(table, 0x5d, 127); // Menu
    prefixed(table, 0x5e, 116); // power
    prefixed(table, 0x5f, 142); // sleep
    prefixed(table, 0x63, 143); // wake
    prefixed(table, 0x65, 217); // search
    prefixed(table, 0x66, 156); // bookmarks
    prefixed(table, 0x67, 173); // refresh
    prefixed(table, 0x68, 128); // stop loading
    prefixed(table, 0x69, 159); // forward
    prefixed(table, 0x6a, 158); // back
    prefixed(table, 0x6b, 157); // computer
    prefixed(table, 0x6c, 155); // mail
    return table;
  }

  private static void prefixed(short[] table, int code, int evdev) {
    table[code | PREFIXED] = (short) evdev;
  }
}
