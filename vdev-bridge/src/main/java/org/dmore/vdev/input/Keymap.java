package org.dmore.vdev.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The guest's keyboard layout turned round: which key, with which modifiers, makes a keysym.
 *
 * <p>A viewer that sends keysyms sends what its user means, by the viewer's own layout; the guest
 * turns keycodes into characters by its layout. This table is the guest's. Immutable; looking up
 * does not allocate.
 *
 * <p>Where several keys make one keysym, the alphanumeric block comes before all else, then the key
 * that needs fewer modifiers, then the lower code.
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

  private static final int CODE_MASK = 0xffff;

  /** KEY_SPACE, the last of the alphanumeric block. */
  private static final int LAST_ALPHANUMERIC = 57;

  private static final List<String> LAYOUTS =
      List.of("us", "jp", "de", "fr", "gb", "es", "it", "pt", "ru", "se", "ch");

  private final String layout;
  private final IntTable strokes = new IntTable(1024);
  private boolean altGrChangesCharacters;

  private Keymap(String layout) {
    this.layout = layout;
  }

  /** The layouts that there are, by the names that XKB gives them. */
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
    try (InputStream in = Keymap.class.getResourceAsStream(layout + ".keymap")) {
      if (in == null) {
        throw new IllegalStateException("resource=" + layout + ".keymap is missing from the jar");
      }
      keymap.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("keymap=" + layout + " cannot be read", e);
    }
    keymap.addModifiers();
    return keymap;
  }

  /** The layout's name. */
  public String layout() {
    return layout;
  }

  /**
   * The stroke that makes a keysym.
   *
   * @return {@link #NONE}, or the evdev code ({@link #code}) with {@link #SHIFT}, {@link #ALTGR},
   *     {@link #ANY_LEVEL} and {@link #CAPS}
   */
  public int lookup(int keysym) {
    return strokes.get(Keysym.normalise(keysym));
  }

  /**
   * Whether the right Alt key is AltGr on this layout: whether keys of the alphanumeric block have
   * levels that it reaches. Where it is not, it is a second Alt.
   */
  public boolean hasAltGr() {
    return altGrChangesCharacters;
  }

  /** The evdev code of a stroke. */
  public static int code(int stroke) {
    return stroke & CODE_MASK;
  }

  private void read(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      String[] fields = line.split(" ", -1);
      int code = Integer.parseInt(fields[1]);
      boolean pad = fields[0].equals("pad");
      int[] levels = new int[fields.length - 2];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = Keysym.normalise(Integer.parseInt(fields[i + 2], 16));
      }
      add(code, levels, pad);
    }
  }

  private void add(int code, int[] levels, boolean pad) {
    boolean oneLevel = true;
    for (int keysym : levels) {
      oneLevel &= keysym == levels[0];
    }
    altGrChangesCharacters |= levels.length > 2 && code <= LAST_ALPHANUMERIC;
    boolean caps =
        levels.length > 1
            && Keysym.isLowerCaseLetter(levels[0])
            && Keysym.isUpperCaseLetter(levels[1]);
    for (int level = 0; level < levels.length; level++) {
      int stroke = code;
      if (pad || (oneLevel && !isCharacter(levels[0]))) {
        stroke |= ANY_LEVEL;
      } else {
        stroke |= (level & 1) != 0 ? SHIFT : 0;
        stroke |= (level & 2) != 0 ? ALTGR : 0;
        stroke |= caps && level < 2 ? CAPS : 0;
      }
      offer(levels[level], stroke);
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

  /** Keys that make no character and lie the same on every layout. */
  private void addModifiers() {
    strokes.put(Keysym.SHIFT_L, LinuxInput.KEY_LEFTSHIFT | ANY_LEVEL);
    strokes.put(Keysym.SHIFT_R, LinuxInput.KEY_RIGHTSHIFT | ANY_LEVEL);
    strokes.put(Keysym.CONTROL_L, LinuxInput.KEY_LEFTCTRL | ANY_LEVEL);
    strokes.put(Keysym.CONTROL_R, LinuxInput.KEY_RIGHTCTRL | ANY_LEVEL);
    strokes.put(Keysym.ALT_L, LinuxInput.KEY_LEFTALT | ANY_LEVEL);
    strokes.put(Keysym.META_L, LinuxInput.KEY_LEFTALT | ANY_LEVEL);
    strokes.put(Keysym.ALT_R, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    strokes.put(Keysym.META_R, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    strokes.put(Keysym.ISO_LEVEL3_SHIFT, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    strokes.put(Keysym.MODE_SWITCH, LinuxInput.KEY_RIGHTALT | ANY_LEVEL);
    strokes.put(Keysym.SUPER_L, LinuxInput.KEY_LEFTMETA | ANY_LEVEL);
    strokes.put(Keysym.SUPER_R, LinuxInput.KEY_RIGHTMETA | ANY_LEVEL);
    strokes.put(Keysym.HYPER_L, LinuxInput.KEY_LEFTMETA | ANY_LEVEL);
    strokes.put(Keysym.HYPER_R, LinuxInput.KEY_RIGHTMETA | ANY_LEVEL);
    strokes.put(Keysym.CAPS_LOCK, LinuxInput.KEY_CAPSLOCK | ANY_LEVEL);
    strokes.put(Keysym.NUM_LOCK, LinuxInput.KEY_NUMLOCK | ANY_LEVEL);
    strokes.put(Keysym.TAB, LinuxInput.KEY_TAB | ANY_LEVEL);
    strokes.put(Keysym.ISO_LEFT_TAB, LinuxInput.KEY_TAB | SHIFT);
    strokes.put(Keysym.SYS_REQ, LinuxInput.KEY_SYSRQ | ANY_LEVEL);
    strokes.put(Keysym.BREAK, LinuxInput.KEY_PAUSE | ANY_LEVEL);
  }

  private static boolean isCharacter(int keysym) {
    return (keysym >= 0x20 && keysym < 0xfe00) || keysym >= Keysym.UNICODE;
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
