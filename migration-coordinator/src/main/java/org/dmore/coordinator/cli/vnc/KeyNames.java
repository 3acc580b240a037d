package org.dmore.coordinator.cli.vnc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys by their names: those of {@code X11/keysymdef.h} that keyboards have, without regard to case
 * and underscores, those that people use, and characters. Immutable.
 */
public final class KeyNames {
  /** Keysyms of Unicode characters are the code point plus this. */
  private static final int UNICODE = 0x01000000;

  private static final int LATIN_1 = 0xff;
  private static final int F1 = 0xffbe;
  private static final int FUNCTION_KEYS = 24;
  private static final int KEYPAD_0 = 0xffb0;
  private static final int RETURN = 0xff0d;
  private static final int TAB = 0xff09;

  private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-f]{1,8})");
  private static final Pattern CODE_POINT = Pattern.compile("u\\+?([0-9a-f]{4,6})");

  private final Map<String, Integer> keysyms = new HashMap<>();

  /** Makes the table. */
  public KeyNames() {
    put(0xffe3, "ctrl", "control", "controll");
    put(0xffe4, "controlr", "rctrl");
    put(0xffe1, "shift", "shiftl");
    put(0xffe2, "shiftr", "rshift");
    put(0xffe9, "alt", "altl");
    put(0xffea, "altr", "ralt");
    put(0xfe03, "altgr", "isolevel3shift");
    put(0xffeb, "super", "superl", "win", "cmd");
    put(0xffec, "superr");
    put(0xffe7, "meta", "metal");
    put(0xffe8, "metar");
    put(0xffe5, "capslock");
    put(0xff7f, "numlock");
    put(0xff14, "scrolllock");
    put(RETURN, "enter", "return");
    put(0xff1b, "esc", "escape");
    put(TAB, "tab");
    put(0xff08, "backspace", "bs");
    put(0xffff, "del", "delete");
    put(0xff63, "ins", "insert");
    put(0xff50, "home");
    put(0xff57, "end");
    put(0xff55, "pgup", "pageup", "prior");
    put(0xff56, "pgdn", "pagedown", "next");
    put(0xff51, "left");
    put(0xff52, "up");
    put(0xff53, "right");
    put(0xff54, "down");
    put(0xff61, "print", "prtsc");
    put(0xff15, "sysrq", "sysreq");
    put(0xff13, "pause");
    put(0xff6b, "break");
    put(0xff67, "menu");
    put(0xff8d, "kpenter");
    put(0xffab, "kpadd");
    put(0xffad, "kpsubtract");
    put(0xffaa, "kpmultiply");
    put(0xffaf, "kpdivide");
    put(0xffae, "kpdecimal");
    put(' ', "space");
    put('-', "minus");
    put('+', "plus");
    for (int i = 0; i < FUNCTION_KEYS; i++) {
      put(F1 + i, "f" + (i + 1));
    }
    for (int digit = 0; digit < 10; digit++) {
      put(KEYPAD_0 + digit, "kp" + digit);
    }
  }

  private void put(int keysym, String... names) {
    for (String name : names) {
      keysyms.put(name, keysym);
    }
  }

  /**
   * Keys that are pressed together, as {@code ctrl-alt-del}.
   *
   * @return keysyms, in the order in which they are named
   * @throws IllegalArgumentException if one is not known
   */
  public List<Integer> chord(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a key has no name");
    }
    List<Integer> keys = new ArrayList<>();
    // A dash at the end is the key.
    String rest = text;
    Optional<Integer> last = Optional.empty();
    if (text.equals("-") || text.endsWith("--")) {
      last = Optional.of((int) '-');
      rest = text.substring(0, Math.max(0, text.length() - 2));
    }
    if (!rest.isEmpty()) {
      for (String name : rest.split("-", -1)) {
        keys.add(
            find(name)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "key=\"%s\" in \"%s\" is not known: names are ctrl, alt, shift, super,"
                                    .formatted(name, text)
                                + " f1 to f24, enter, esc, tab, X11's, a character, or U+ and its"
                                + " code")));
      }
    }
    last.ifPresent(keys::add);
    return List.copyOf(keys);
  }

  private Optional<Integer> find(String name) {
    if (name.codePointCount(0, name.length()) == 1) {
      OptionalInt keysym = ofCharacter(name.codePointAt(0));
      return keysym.isPresent() ? Optional.of(keysym.getAsInt()) : Optional.empty();
    }
    String plain = name.toLowerCase(Locale.ROOT).replace("_", "");
    Integer known = keysyms.get(plain);
    if (known != null) {
      return Optional.of(known);
    }
    Matcher hexadecimal = HEXADECIMAL.matcher(plain);
    if (hexadecimal.matches()) {
      return Optional.of(Integer.parseUnsignedInt(hexadecimal.group(1), 16));
    }
    Matcher codePoint = CODE_POINT.matcher(plain);
    if (codePoint.matches()) {
      int code = Integer.parseInt(codePoint.group(1), 16);
      OptionalInt keysym =
          Character.isValidCodePoint(code) ? ofCharacter(code) : OptionalInt.empty();
      return keysym.isPresent() ? Optional.of(keysym.getAsInt()) : Optional.empty();
    }
    return Optional.empty();
  }

  /** The key for a character of a text; a line's end is Return. Empty if no key makes it. */
  public static OptionalInt ofCharacter(int codePoint) {
    return switch (codePoint) {
      case '\n' -> OptionalInt.of(RETURN);
      case '\t' -> OptionalInt.of(TAB);
      default ->
          Character.isISOControl(codePoint) || isHalf(codePoint)
              ? OptionalInt.empty()
              : OptionalInt.of(codePoint <= LATIN_1 ? codePoint : UNICODE + codePoint);
    };
  }

  /** Half of a pair of surrogates, which is no character. */
  private static boolean isHalf(int codePoint) {
    return codePoint <= Character.MAX_VALUE && Character.isSurrogate((char) codePoint);
  }
}
