package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeymapTest {

  static java.util.List<String> layouts() {
    return Keymap.layouts();
  }

  @ParameterizedTest
  @CsvSource({
    "us, a, 30, ''",
    "us, A, 30, shift",
    "us, 1, 2, ''",
    "us, !, 2, shift",
    "us, <, 51, shift",
    "us, (, 10, shift",
    "us, @, 3, shift",
    "us, \\, 43, ''",
    "jp, @, 26, ''",
    "jp, ^, 13, ''",
    "jp, (, 9, shift",
    "jp, _, 89, shift",
    "jp, :, 40, ''",
    "de, z, 21, ''",
    "de, @, 16, altgr",
    "de, ö, 39, ''",
    "de, <, 86, ''",
    "fr, 1, 2, shift",
    "fr, a, 16, ''",
    "gb, £, 4, shift",
  })
  void charactersComeFromTheKeysThatTheLayoutHasThemOn(
      String layout, char character, int code, String modifiers) {
    int stroke = Keymap.load(layout).lookup(character);
    assertThat(Keymap.code(stroke)).isEqualTo(code);
    assertThat((stroke & Keymap.SHIFT) != 0).isEqualTo(modifiers.contains("shift"));
    assertThat((stroke & Keymap.ALTGR) != 0).isEqualTo(modifiers.contains("altgr"));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutHasTheKeysThatMakeNoCharacters(String layout) {
    Keymap keymap = Keymap.load(layout);
    assertThat(Keymap.code(keymap.lookup(0xff0d))).isEqualTo(28); // Return
    assertThat(Keymap.code(keymap.lookup(0xff1b))).isEqualTo(1); // Escape
    assertThat(Keymap.code(keymap.lookup(0xff08))).isEqualTo(14); // BackSpace
    assertThat(Keymap.code(keymap.lookup(0xff09))).isEqualTo(15); // Tab
    assertThat(Keymap.code(keymap.lookup(0xffbe))).isEqualTo(59); // F1
    assertThat(Keymap.code(keymap.lookup(0xffc9))).isEqualTo(88); // F12
    assertThat(Keymap.code(keymap.lookup(0xff52))).isEqualTo(103); // Up
    assertThat(Keymap.code(keymap.lookup(0xff51))).isEqualTo(105); // Left
    assertThat(Keymap.code(keymap.lookup(0xffff))).isEqualTo(111); // Delete
    assertThat(Keymap.code(keymap.lookup(0xffe1))).isEqualTo(42); // Shift_L
    assertThat(keymap.lookup(0xffb7)).isEqualTo(keymap.lookup('7')); // KP_7
    assertThat(Keymap.code(keymap.lookup(0xff95))).isEqualTo(102); // KP_Home
    assertThat(Keymap.code(keymap.lookup(0xffab))).isEqualTo(78); // KP_Add
    assertThat(Keymap.code(keymap.lookup(0xff9d))).isEqualTo(76); // KP_Begin
    assertThat(Keymap.code(keymap.lookup(0x1008ff11))).isEqualTo(114); // quieter
    assertThat(keymap.lookup(0xfe20)).isEqualTo(15 | Keymap.SHIFT); // ISO_Left_Tab
    assertThat(keymap.lookup(0x20) & 0xffff).isEqualTo(57);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutTypesDigitsAndPunctuationOfAUrl(String layout) {
    Keymap keymap = Keymap.load(layout);
    for (char c : "0123456789/.-_".toCharArray()) {
      assertThat(keymap.lookup(c)).as("%s '%s'", layout, c).isNotEqualTo(Keymap.NONE);
    }
  }

  @Test
  void latin1IsFoundByItsUnicodeKeysymToo() {
    Keymap keymap = Keymap.load("us");
    assertThat(keymap.lookup(0x01000061)).isEqualTo(keymap.lookup('a'));
  }

  @Test
  void whatTheLayoutDoesNotHaveIsNotFound() {
    assertThat(Keymap.load("us").lookup(0x010003b1)).isEqualTo(Keymap.NONE);
    assertThat(Keymap.load("us").lookup(0xa6))
        .as("on a level without a key")
        .isEqualTo(Keymap.NONE);
    assertThat(Keymap.load("us").lookup(0)).isEqualTo(Keymap.NONE);
  }

  @Test
  void onlyLayoutsThatUseItHaveAltGr() {
    assertThat(Keymap.load("us").hasAltGr()).isFalse();
    assertThat(Keymap.load("de").hasAltGr()).isTrue();
  }

  @Test
  void anUnknownLayoutIsRefusedWithTheListOfThoseThereAre() {
    assertThatThrownBy(() -> Keymap.load("klingon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keymap=klingon")
        .hasMessageContaining("us, jp");
  }

  @Test
  void scancodesBecomeEvdevCodes() {
    assertThat(XtScancodes.toEvdev(0x1e)).isEqualTo(30);
    assertThat(XtScancodes.toEvdev(0x9d)).isEqualTo(LinuxInput.KEY_RIGHTCTRL);
    assertThat(XtScancodes.toEvdev(0xe01d)).isEqualTo(LinuxInput.KEY_RIGHTCTRL);
    assertThat(XtScancodes.toEvdev(0xb8)).isEqualTo(LinuxInput.KEY_RIGHTALT);
    assertThat(XtScancodes.toEvdev(0xc8)).isEqualTo(103);
    assertThat(XtScancodes.toEvdev(0x54)).isEqualTo(LinuxInput.KEY_SYSRQ);
    assertThat(XtScancodes.toEvdev(0xb7)).isEqualTo(LinuxInput.KEY_SYSRQ);
    assertThat(XtScancodes.toEvdev(0xc6)).isEqualTo(LinuxInput.KEY_PAUSE);
    assertThat(XtScancodes.toEvdev(0x73)).isEqualTo(89);
    assertThat(XtScancodes.toEvdev(0x5d)).isEqualTo(183); // F13
    assertThat(XtScancodes.toEvdev(0x83)).isEqualTo(187); // F17
    assertThat(XtScancodes.toEvdev(0xe078)).isEqualTo(133); // Copy
    assertThat(XtScancodes.toEvdev(0)).isEqualTo(XtScancodes.NONE);
    assertThat(XtScancodes.toEvdev(-1)).isEqualTo(XtScancodes.NONE);
    assertThat(XtScancodes.toEvdev(Integer.MAX_VALUE)).isEqualTo(XtScancodes.NONE);
    for (int code = 0; code < 0x10000; code++) {
      assertThat(XtScancodes.toEvdev(code)).isBetween(0, 239);
    }
  }
}
