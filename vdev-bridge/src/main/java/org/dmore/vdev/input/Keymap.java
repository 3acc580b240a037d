package org.dmore.vdev.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The guest's keyboard layout turned round: which key, with which modifiers, makes a keysym.
 *
 * <p>A viewer that sends keysyms sends what its user means, by the viewer's own layout; the guest
 * turns keycodes into characters by its layout. This table is the guest's. Immutable; looking up
 * does not allocate.
 *
 * <p>Where several keys make one keysym, the alphanumeric block comes before all else, then the key
 * that needs fewer modifiers, then the lower code. A character that no key makes may be made by a
 * dead key and a key after it: its stroke is then {@link #COMPOSED}, and {@link #deadKey} the
 * stroke before it.
 *
 * <p>Digits and movement of the keypad depend on the guest's NumLock, which nobody here can see.
 * They are made by the keys that do not: the digits' own row, and the keys for movement.
 */
public final class Keymap {
  /** {@link #lookup} found nothing. */
  public static final int NONE = IntTable.ABSENT;

  /** The key needs Shift. */
  public static final int SHIFT = 1 << 16;

  /** The key needs AltGr. */
  public static final int ALTGR = 1 << 17;

  /** The key makes the same keysym with or without Shift and AltGr: leave them alone. */
  public static final int ANY_LEVEL = 1 << 18;

  /** CapsLock turns the key's Shift level. */
  public static final int CAPS = 1 << 19;

  /** CapsLock changes what the key makes, and Shift does not undo it. */
  public static final int CAPS_SPOILS = 1 << 20;

  /** A dead key must come before: {@link #deadKey}. */
  public static final int COMPOSED = 1 << 21;

  /** The key was meant itself, by its scancode: it is held as long as its viewer holds it. */
  static final int SCANCODE = 1 << 22;

  private static final int CODE_MASK = 0xffff;

  /** KEY_SPACE, the last of the alphanumeric block. */
  private static final int LAST_ALPHANUMERIC = LinuxInput.KEY_SPACE;

  /** Keypad keysyms that depend on NumLock, and what means the same and does not. */
  private static final int[][] KEYPAD = {
    {0xff95, 0xff50}, // Home
    {0xff96, 0xff51}, // Left
    {0xff97, 0xff52}, // Up
    {0xff98, 0xff53}, // Right
    {0xff99, 0xff54}, // Down
    {0xff9a, 0xff55}, // Page Up
    {0xff9b, 0xff56}, // Page Down
    {0xff9c, 0xff57}, // End
    {0xff9e, 0xff63}, // Insert
    {0xff9f, 0xffff}, // Delete
    {0xffac, ','}, // Separator
    {0xffae, '.'}, // Decimal
    {0xffb0, '0'},
    {0xffb1, '1'},
    {0xffb2, '2'},
    {0xffb3, '3'},
    {0xffb4, '4'},
    {0xffb5, '5'},
    {0xffb6, '6'},
    {0xffb7, '7'},
    {0xffb8, '8'},
    {0xffb9, '9'},
  };

  /** Keysyms that not every layout has, and what does their work where one is missing. */
  private static final int[][] EQUIVALENTS = {
    {Keysym.ALT_R, Keysym.ALT_L},
    {Keysym.META_L, Keysym.ALT_L},
    {Keysym.META_R, Keysym.ALT_R},
    {Keysym.META_R, Keysym.ALT_L},
    {Keysym.HYPER_L, Keysym.SUPER_L},
    {Keysym.HYPER_R, Keysym.SUPER_R},
    {0xff80, ' '}, // keypad Space
    {0xff89, Keysym.TAB},
    {0xff8d, Keysym.RETURN},
    {0xffaa, '*'},
    {0xffab, '+'},
    {0xffad, '-'},
    {0xffaf, '/'},
    {0xffbd, '='},
    {0xfe34, Keysym.RETURN}, // ISO_Enter
    {0xff0a, Keysym.RETURN}, // Linefeed
  };

  private static final List<String> LAYOUTS =
      List.of("us", "jp", "de", "fr", "gb", "es", "it", "pt", "ru", "se", "ch", "us-intl");

  private final String layout;
  private final IntTable strokes = new IntTable(2048);
  private final IntTable deadKeys = new IntTable(1024);
  private final IntTable shortcuts = new IntTable(128);
  private boolean hasAltGr;

  private Keymap(String layout) {
    this.layout = layout;
  }

  /** The layouts that there are, by the names that XKB gives them, a variant after a hyphen. */
  public static List<String> layouts() {
    return LAYOUTS;
  }

  /**
   * Loads a layout.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public static Keymap load(String layout) {
    if (!LAYOUTS.contains(layout)) {
      throw new IllegalArgumentException(
          "keymap=" + layout + " is not known; there are " + String.join(", ", LAYOUTS));
    }
    Keymap keymap = new Keymap(layout);
    try {
      List<Row> rows = rows(layout);
      keymap.hasAltGr = rows.stream().anyMatch(Row::isAltGr);
      rows.forEach(keymap::add);
      keymap.addKeysThatLieTheSame();
      keymap.addEquivalents();
      keymap.addComposed();
      keymap.addShortcuts();
    } catch (IOException e) {
      throw new UncheckedIOException("keymap=" + layout + " cannot be read", e);
    }
    return keymap;
  }

  /** The layout's name. */
  public String layout() {
    return layout;
  }

  /**
   * The stroke that makes a keysym.
   *
   * @param keysym in any form
   * @return {@link #NONE}, or the evdev code ({@link #code}) with flags
   */
  public int lookup(int keysym) {
    return strokes.get(Keysym.canonical(keysym));
  }

  /** The stroke of the dead key before a {@link #COMPOSED} one, for the same keysym. */
  public int deadKey(int keysym) {
    return deadKeys.get(Keysym.canonical(keysym));
  }

  /**
   * The key that stands for an ASCII character in a shortcut (with Ctrl, Alt or the logo key) where
   * the layout cannot type it: the key that it lies on in the us layout. Programs take a shortcut
   * by the key where a layout has no Latin letters.
   *
   * @return {@link #NONE} where the layout has the character, or there is no such key
   */
  public int shortcut(int keysym) {
    return shortcuts.get(Keysym.canonical(keysym));
  }

  /** Whether the right Alt key is AltGr on this layout; where it is not, it is a second Alt. */
  public boolean hasAltGr() {
    return hasAltGr;
  }

  /**
   * Whether the key of CapsLock is that with Shift only, as on Japanese keyboards; elsewhere it is
   * whatever Shift is.
   */
  public boolean isCapsLockShifted() {
    return (strokes.get(Keysym.CAPS_LOCK) & SHIFT) != 0;
  }

  /** The evdev code of a stroke. */
  public static int code(int stroke) {
    return stroke & CODE_MASK;
  }

  /** One key of a layout: what it makes on each level, in canonical keysyms. */
  private record Row(int code, List<Integer> levels, boolean isPad) {
    boolean isAltGr() {
      return code == LinuxInput.KEY_RIGHTALT && levels.get(0) == Keysym.ISO_LEVEL3_SHIFT;
    }
  }

  private static List<Row> rows(String layout) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : KeysymRows.lines(layout + ".keymap")) {
      String[] fields = line.split(" ", -1);
      List<Integer> levels =
          Arrays.stream(fields)
              .skip(2)
              .map(f -> Keysym.canonical(Integer.parseInt(f, 16)))
              .toList();
      rows.add(new Row(Integer.parseInt(fields[1]), levels, fields[0].equals("pad")));
    }
    return rows;
  }

  private void add(Row row) {
    List<Integer> levels = row.levels().subList(0, Math.min(row.levels().size(), hasAltGr ? 4 : 2));
    int reachable = levels.size();
    boolean oneLevel = levels.stream().distinct().count() == 1;
    boolean caps =
        reachable > 1
            && Keysym.isLowerCaseLetter(levels.get(0))
            && Keysym.isUpperCaseLetter(levels.get(1));
    for (int level = 0; level < reachable; level++) {
      int stroke = row.code();
      if (row.isPad() || (oneLevel && Keysym.character(levels.get(0)) < 0)) {
        stroke |= ANY_LEVEL;
      } else {
        stroke |= (level & 1) != 0 ? SHIFT : 0;
        stroke |= (level & 2) != 0 ? ALTGR : 0;
        if (caps && level < 2) {
          stroke |= CAPS;
        } else if (Keysym.isLowerCaseLetter(levels.get(level))
            || Keysym.isUpperCaseLetter(levels.get(level))) {
          stroke |= CAPS_SPOILS;
        }
      }
      offer(levels.get(level), stroke);
    }
  }

  private void offer(int keysym, int stroke) {
    if (keysym == 0) {
      return;
    }
    int known = strokes.get(keysym);
    if (known == NONE || rank(stroke) < rank(known)) {
      strokes.put(keysym, stroke);
    }
  }

  /** Keys that make no character, whatever a layout's table calls them. */
  private void addKeysThatLieTheSame() {
    strokes.put(Keysym.SHIFT_L, LinuxInput.KEY_LEFTSHIFT | ANY_LEVEL);
    strokes.put(Keysym.SHIFT_R, LinuxInput.KEY_RIGHTSHIFT | ANY_LEVEL);
    strokes.put(Keysym.CONTROL_L, LinuxInput.KEY_LEFTCTRL | ANY_LEVEL);
    strokes.put(Keysym.CONTROL_R, LinuxInput.KEY_RIGHTCTRL | ANY_LEVEL);
    strokes.put(Keysym.ALT_L, LinuxInput.KEY_LEFTALT | ANY_LEVEL);
    strokes.put(Keysym.META_L, LinuxInput.KEY_LEFTALT | ANY_LEVEL);
    strokes.put(Keysym.SUPER_L, LinuxInput.KEY_LEFTMETA | ANY_LEVEL);
    strokes.put(Keysym.SUPER_R, LinuxInput.KEY_RIGHTMETA | ANY_LEVEL);
    strokes.put(Keysym.NUM_LOCK, LinuxInput.KEY_NUMLOCK | ANY_LEVEL);
    strokes.put(Keysym.TAB, LinuxInput.KEY_TAB | ANY_LEVEL);
    strokes.put(Keysym.ISO_LEFT_TAB, LinuxInput.KEY_TAB | SHIFT);
    strokes.put(Keysym.SYS_REQ, LinuxInput.KEY_SYSRQ | ANY_LEVEL);
    strokes.put(Keysym.BREAK, LinuxInput.KEY_PAUSE | ANY_LEVEL);
    if (hasAltGr) {
      strokes.put(Keysym.ISO_LEVEL3_SHIFT, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
      strokes.put(Keysym.MODE_SWITCH, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    } else {
      strokes.put(Keysym.ALT_R, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
      strokes.put(Keysym.META_R, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    }
  }

  private void addEquivalents() {
    for (int[] pair : EQUIVALENTS) {
      int stroke = strokes.get(pair[1]);
      if (strokes.get(pair[0]) == NONE && stroke != NONE) {
        strokes.put(pair[0], stroke);
      }
    }
    for (int[] pair : KEYPAD) {
      int stroke = strokes.get(pair[1]);
      if (stroke != NONE) {
        strokes.put(pair[0], stroke);
      }
    }
  }

  /** What dead keys make of other keys, where no key makes it. */
  private void addComposed() throws IOException {
    List<int[]> rows = KeysymRows.read("dead.keysyms", 3);
    IntTable composed = new IntTable(1024);
    for (int[] row : rows) {
      int dead = strokes.get(row[0]);
      int base = strokes.get(row[1]);
      if (dead != NONE && base != NONE && strokes.get(row[2]) == NONE) {
        int known = composed.get(row[2]);
        // A space is what every guest's dead key knows; other bases may be one system's own.
        int rank = row[1] == ' ' ? 0 : rank(dead) + rank(base);
        int knownRank =
            known == NONE
                ? Integer.MAX_VALUE
                : code(known) == LinuxInput.KEY_SPACE
                    ? 0
                    : rank(deadKeys.get(row[2])) + rank(known);
        if (rank < knownRank) {
          composed.put(row[2], base | COMPOSED);
          deadKeys.put(row[2], dead);
        }
      }
    }
    for (int[] row : rows) {
      int stroke = composed.get(row[2]);
      if (stroke != NONE) {
        strokes.put(row[2], stroke);
      }
    }
    for (int[] row : rows) {
      // A viewer's dead key where the guest has none: its accent by itself.
      if (row[1] == ' ' && strokes.get(row[0]) == NONE) {
        int accent = strokes.get(row[2]);
        if (accent != NONE && (accent & COMPOSED) == 0) {
          strokes.put(row[0], accent);
        }
      }
    }
  }

  private void addShortcuts() throws IOException {
    for (Row row : rows("us")) {
      for (int level = 0; level < Math.min(2, row.levels().size()); level++) {
        int keysym = row.levels().get(level);
        boolean ascii = keysym > ' ' && keysym < 0x7f;
        if (ascii && row.code() <= LAST_ALPHANUMERIC && strokes.get(keysym) == NONE) {
          shortcuts.put(keysym, row.code() | (level == 1 ? SHIFT : 0));
        }
      }
    }
  }

  private static int rank(int stroke) {
    int code = code(stroke);
    int block =
        code <= LAST_ALPHANUMERIC
            ? 0
            : code == 86 || code == 89 || code == 124 ? 1 : code < 128 ? 2 : 3;
    return block << 20 | Integer.bitCount(stroke & (SHIFT | ALTGR)) << 16 | code;
  }
}
