package org.dmore.coordinator.cli.vnc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class KeyNamesTest {
  private final KeyNames names = new KeyNames();

  private List<Integer> chord(String text) {
    return names.chord(text);
  }

  @Test
  void keysOfAChordComeInTheirOrder() {
    assertThat(chord("ctrl-alt-del")).containsExactly(0xffe3, 0xffe9, 0xffff);
    assertThat(chord("Shift-F12")).containsExactly(0xffe1, 0xffc9);
    assertThat(chord("super-l")).containsExactly(0xffeb, (int) 'l');
  }

  @Test
  void x11sNamesAndPeoplesNamesAreOne() {
    assertThat(chord("Control_L")).isEqualTo(chord("ctrl"));
    assertThat(chord("Page_Up")).isEqualTo(chord("pgup")).containsExactly(0xff55);
    assertThat(chord("Return")).isEqualTo(chord("enter")).containsExactly(0xff0d);
    assertThat(chord("KP_7")).containsExactly(0xffb7);
    assertThat(chord("ISO_Level3_Shift")).isEqualTo(chord("altgr"));
  }

  @Test
  void aDashIsAKeyAtTheEnd() {
    assertThat(chord("-")).containsExactly((int) '-');
    assertThat(chord("ctrl--")).containsExactly(0xffe3, (int) '-');
    assertThat(chord("ctrl-minus")).isEqualTo(chord("ctrl--"));
  }

  @Test
  void charactersHaveLatin1sNumbersOrUnicodes() {
    assertThat(chord("A")).containsExactly(0x41);
    assertThat(chord("\u00e9")).containsExactly(0xe9);
    assertThat(chord("\u20ac")).isEqualTo(chord("U+20AC")).containsExactly(0x010020ac);
    assertThat(chord("\ud83d\ude00")).containsExactly(0x0101f600);
    assertThat(chord("0xff1b")).isEqualTo(chord("esc"));
    assertThat(KeyNames.ofCharacter('\n')).hasValue(0xff0d);
    assertThat(KeyNames.ofCharacter('\t')).hasValue(0xff09);
    assertThat(KeyNames.ofCharacter(7)).isEqualTo(OptionalInt.empty());
    assertThat(KeyNames.ofCharacter(0xd800)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void whatIsNoKeyIsNamed() {
    assertThatThrownBy(() -> chord("ctrl-hyperspace"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("key=\"hyperspace\" in \"ctrl-hyperspace\" is not known");
    assertThatThrownBy(() -> chord("ctrl-")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chord("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chord("0xff1bff1bff")).isInstanceOf(IllegalArgumentException.class);
  }
}
