package org.dmore.benchmarks.lab.typing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmore.benchmarks.lab.recorder.KeyEvent;

/**
 * Keystrokes on a guest with the us layout. Which key of the guest each of them is, is written down
 * here from Linux's input-event-codes.h and a keyboard; nothing is asked of the code under test.
 */
public final class Keys {
  /** Where rows of unshifted characters begin among Linux's codes, and what Shift makes of them. */
  private static final List<Row> ROWS =
      List.of(
          new Row(2, "1234567890-=", "!@#$%^&*()_+"),
          new Row(16, "qwertyuiop[]", "QWERTYUIOP{}"),
          new Row(30, "asdfghjkl;'", "ASDFGHJKL:\""),
          new Row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?"));

  private static final int SHIFT_KEYSYM = 0xffe1;

  /** The key of {@link #holdShift}. */
  public static final int SHIFT = 42;

  private static final int CONTROL_KEYSYM = 0xffe3;
  private static final int CONTROL = 29;
  private static final int ALT_KEYSYM = 0xffe9;
  private static final int ALT = 56;
  private static final int DELETE_KEYSYM = 0xffff;
  private static final int DELETE = 111;
  private static final int F5_KEYSYM = 0xffc2;

  /** The key of {@link #holdF5}. */
  public static final int F5 = 63;

  /** Keysyms of keys without a character, and their codes. */
  private static final int[][] NAMED = {
    {0xff0d, 28}, // Return
    {0xff08, 14}, // BackSpace
    {0xff09, 15}, // Tab
    {0xff1b, 1}, // Escape
    {0xff50, 102}, // Home
    {0xff51, 105}, // Left
    {0xff52, 103}, // Up
    {0xff53, 106}, // Right
    {0xff54, 108}, // Down
    {0xff57, 107}, // End
    {0xffbe, 59}, // F1
    {0xffc9, 88}, // F12
    {0xffe2, 54}, // right Shift
    {0xffe4, 97}, // right Ctrl
    {' ', 57},
  };

  /** XT scancodes, 0x80 for 0xe0 before them, and their codes; some above 127. */
  private static final int[][] SCANCODES = {
    {0x1e, 30}, // A
    {0x39, 57}, // space
    {0x56, 86}, // the key between Shift and Z
    {0x5d, 183}, // F13
    {0x76, 85}, // Zenkaku/Hankaku
    {0x9c, 96}, // keypad Enter
    {0x9d, 97}, // right Ctrl
    {0xb0, 115}, // volume up
    {0xb5, 98}, // keypad /
    {0xc8, 103}, // Up
    {0xd3, 111}, // Delete
    {0xe5, 217}, // search
  };

  private record Row(int firstCode, String plain, String shifted) {}

  private record Sign(int plain, int shifted, int code) {}

  private static final List<Sign> CHARACTERS = characters();

  private Keys() {}

  /** A key with a character on it, struck alone. */
  public static Keystroke plain(Random random) {
    Sign c = character(random);
    return Keystroke.builder().press(c.plain, c.code).release(c.plain, c.code).build();
  }

  /** A key with a letter on it, struck alone. */
  public static Keystroke letter(Random random) {
    List<Sign> letters = CHARACTERS.stream().filter(c -> Character.isLetter(c.plain)).toList();
    Sign c = letters.get(random.nextInt(letters.size()));
    return Keystroke.builder().press(c.plain, c.code).release(c.plain, c.code).build();
  }

  /** A key with a character on it, struck while the viewer holds Shift. */
  static Keystroke withShiftHeld(Random random) {
    Sign c = character(random);
    return Keystroke.builder().press(c.shifted, c.code).release(c.shifted, c.code).build();
  }

  /**
   * Keystrokes of all kinds, mixed: plain and shifted characters, with Shift sent and without,
   * shortcuts, named keys, scancodes, and keys that roll over one another. Each ends with all keys
   * up.
   *
   * @param scancodes whether the server takes them
   */
  public static List<Keystroke> mix(Random random, int count, boolean scancodes) {
    List<Keystroke> keystrokes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keystrokes.add(
          switch (random.nextInt(scancodes ? 10 : 8)) {
            case 0 -> shifted(random);
            case 1 -> bareShifted(random);
            case 2 -> control(random);
            case 3 -> named(random);
            case 4 -> rollover(random);
            case 8, 9 -> scancode(random);
            default -> plain(random);
          });
    }
    return keystrokes;
  }

  /** Ctrl+Alt+Del, which is what consoles are opened for. */
  public static Keystroke controlAltDelete() {
    return Keystroke.builder()
        .press(CONTROL_KEYSYM, CONTROL)
        .press(ALT_KEYSYM, ALT)
        .press(DELETE_KEYSYM, DELETE)
        .release(DELETE_KEYSYM, DELETE)
        .release(ALT_KEYSYM, ALT)
        .release(CONTROL_KEYSYM, CONTROL)
        .build();
  }

  /** The press of F5 without its release: a key that is held, and that nothing else types. */
  public static Keystroke holdF5() {
    return Keystroke.builder().press(F5_KEYSYM, F5).build();
  }

  /** Its release. */
  public static Keystroke releaseF5() {
    return Keystroke.builder().release(F5_KEYSYM, F5).build();
  }

  /** The press of Shift without its release. */
  static Keystroke holdShift() {
    return Keystroke.builder().press(SHIFT_KEYSYM, SHIFT).build();
  }

  /** Its release. */
  static Keystroke releaseShift() {
    return Keystroke.builder().release(SHIFT_KEYSYM, SHIFT).build();
  }

  /**
   * The events of a text as xdotool types it: Shift goes down before the key and up before the key
   * does.
   */
  public static List<KeyEvent> typed(String text) {
    List<KeyEvent> events = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char wanted = text.charAt(i);
      Sign c =
          CHARACTERS.stream()
              .filter(known -> known.plain == wanted || known.shifted == wanted)
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no key makes '" + wanted + "'"));
      boolean shift = c.plain != wanted;
      if (shift) {
        events.add(KeyEvent.press(SHIFT));
      }
      events.add(KeyEvent.press(c.code));
      if (shift) {
        events.add(KeyEvent.release(SHIFT));
      }
      events.add(KeyEvent.release(c.code));
    }
    return events;
  }

  private static Keystroke shifted(Random random) {
    Sign c = character(random);
    return Keystroke.builder()
        .press(SHIFT_KEYSYM, SHIFT)
        .press(c.shifted, c.code)
        .release(c.shifted, c.code)
        .release(SHIFT_KEYSYM, SHIFT)
        .build();
  }

  /** A capital from a viewer that sends no Shift: the guest gets one. */
  private static Keystroke bareShifted(Random random) {
    Sign c = character(random);
    return Keystroke.builder()
        .sent(
            c.shifted,
            KeyEvent.press(SHIFT),
            KeyEvent.press(c.code),
            KeyEvent.release(c.code),
            KeyEvent.release(SHIFT))
        .build();
  }

  private static Keystroke control(Random random) {
    Sign c = character(random);
    return Keystroke.builder()
        .press(CONTROL_KEYSYM, CONTROL)
        .press(c.plain, c.code)
        .release(c.plain, c.code)
        .release(CONTROL_KEYSYM, CONTROL)
        .build();
  }

  private static Keystroke named(Random random) {
    int[] key = NAMED[random.nextInt(NAMED.length)];
    return Keystroke.builder().press(key[0], key[1]).release(key[0], key[1]).build();
  }

  /** A fast typist's: the second key goes down before the first goes up. */
  private static Keystroke rollover(Random random) {
    Sign first = character(random);
    Sign second = character(random);
    while (second.code == first.code) {
      second = character(random);
    }
    return Keystroke.builder()
        .press(first.plain, first.code)
        .press(second.plain, second.code)
        .release(first.plain, first.code)
        .release(second.plain, second.code)
        .build();
  }

  private static Keystroke scancode(Random random) {
    int[] key = SCANCODES[random.nextInt(SCANCODES.length)];
    return Keystroke.builder()
        .pressScancode(key[0], key[1])
        .releaseScancode(key[0], key[1])
        .build();
  }

  private static Sign character(Random random) {
    // All but the last, the space, which is the same with Shift and without.
    return CHARACTERS.get(random.nextInt(CHARACTERS.size() - 1));
  }

  private static List<Sign> characters() {
    List<Sign> characters = new ArrayList<>();
    for (Row row : ROWS) {
      for (int i = 0; i < row.plain.length(); i++) {
        characters.add(new Sign(row.plain.charAt(i), row.shifted.charAt(i), row.firstCode + i));
      }
    }
    characters.add(new Sign('`', '~', 41));
    characters.add(new Sign(' ', ' ', 57));
    return characters;
  }
}
