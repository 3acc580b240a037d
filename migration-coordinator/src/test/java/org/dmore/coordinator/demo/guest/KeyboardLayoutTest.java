package org.dmore.coordinator.demo.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyboardLayoutTest {
  private final KeyboardLayout layout = KeyboardLayout.us();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "2, 1, !",
        "3, 2, @",
        "4, 3, #",
        "5, 4, $",
        "6, 5, %",
        "7, 6, ^",
        "8, 7, &",
        "9, 8, *",
        "10, 9, (",
        "11, 0, )",
        "12, -, _",
        "13, =, +",
        "16, q, Q",
        "25, p, P",
        "26, [, {",
        "27, ], }",
        "30, a, A",
        "38, l, L",
        "39, ;, :",
        "40, ', \"",
        "43, \\, |",
        "44, z, Z",
        "50, m, M",
        "51, ~,~, <",
        "52, ., >",
        "53, /, ?",
      })
  void givesTheCharactersOfAUsKeyboard(int code, char plain, char shifted) {
    assertThat(layout.character(code, false, false)).isEqualTo(plain);
    assertThat(layout.character(code, true, false)).isEqualTo(shifted);
  }

  @Test
  void givesBacktickTildeAndSpace() {
    assertThat(layout.character(41, false, false)).isEqualTo('`');
    assertThat(layout.character(41, true, false)).isEqualTo('~');
    assertThat(layout.character(57, true, true)).isEqualTo(' ');
  }

  @Test
  void turnsLettersOnlyRoundUnderCapsLock() {
    assertThat(layout.character(30, false, true)).isEqualTo('A');
    assertThat(layout.character(30, true, true)).isEqualTo('a');
    assertThat(layout.character(2, false, true)).isEqualTo('1');
    assertThat(layout.character(2, true, true)).isEqualTo('!');
  }

  @Test
  void givesDigitsOnTheKeypad() {
    int[] codes = {82, 79, 80, 81, 75, 76, 77, 71, 72, 73};
    for (int digit = 0; digit < codes.length; digit++) {
      assertThat(layout.character(codes[digit], false, false)).isEqualTo((char) ('0' + digit));
    }
    assertThat(layout.character(98, false, false)).isEqualTo('/');
  }

  @Test
  void givesNothingForKeysWithoutACharacter() {
    for (int code : new int[] {-1, 0, 1, 14, 28, 29, 42, 59, 105, 111, 125, 0x110, 0x2FF, 9999}) {
      assertThat(layout.character(code, false, false)).as("code=%d", code).isEqualTo((char) 0);
    }
  }

  @Test
  void typesEveryPrintableAsciiCharacter() {
    StringBuilder typed = new StringBuilder();
    for (int code = 0; code < 128; code++) {
      typed
          .append(layout.character(code, false, false))
          .append(layout.character(code, true, false));
    }
    for (char c = ' '; c <= '~'; c++) {
      assertThat(typed.indexOf(String.valueOf(c))).as("'%s'", c).isNotNegative();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, KEY_ESC",
    "11, KEY_0",
    "14, KEY_BACKSPACE",
    "25, KEY_P",
    "28, KEY_ENTER",
    "30, KEY_A",
    "41, KEY_GRAVE",
    "42, KEY_LEFTSHIFT",
    "54, KEY_RIGHTSHIFT",
    "57, KEY_SPACE",
    "59, KEY_F1",
    "68, KEY_F10",
    "71, KEY_KP7",
    "83, KEY_KPDOT",
    "86, KEY_102ND",
    "87, KEY_F11",
    "88, KEY_F12",
    "96, KEY_KPENTER",
    "97, KEY_RIGHTCTRL",
    "100, KEY_RIGHTALT",
    "103, KEY_UP",
    "108, KEY_DOWN",
    "111, KEY_DELETE",
    "119, KEY_PAUSE",
    "125, KEY_LEFTMETA",
    "127, KEY_COMPOSE",
    "272, BTN_LEFT",
    "274, BTN_MIDDLE",
    "84, code 84",
    "5000, code 5000",
    "-1, code -1",
  })
  void namesKeysAsLinuxDoes(int code, String name) {
    assertThat(LinuxKeys.nameOf(code)).isEqualTo(name);
  }
}
