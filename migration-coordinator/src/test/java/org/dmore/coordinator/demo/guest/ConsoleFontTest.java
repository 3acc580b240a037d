package org.dmore.coordinator.demo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleFontTest {
  private static final String BOXES = "─│┌┐└┘├┤█▌░·";

  private final ConsoleFont font = ConsoleFont.load();

  @Test
  void hasEveryPrintableAsciiCharacterAndTheBoxes() {
    for (char c : all()) {
      assertThat(font.has(c)).as("U+%04X", (int) c).isTrue();
    }
  }

  @Test
  void drawsNoTwoCharactersAlike() {
    Map<List<Integer>, Character> drawings = new HashMap<>();
    for (char c : all()) {
      Character twin = drawings.put(drawing(c), c);
      assertThat(twin).as("same drawing as '%s'", c).isNull();
    }
  }

  @Test
  void leavesOnlyTheSpaceEmpty() {
    for (char c : all()) {
      boolean empty = drawing(c).stream().allMatch(row -> row == 0);
      assertThat(empty).as("'%s'", c).isEqualTo(c == ' ');
    }
  }

  @Test
  void showsTheReplacementForWhatItDoesNotHave() {
    assertThat(font.has('é')).isFalse();
    assertThat(drawing('é')).isEqualTo(drawing(ConsoleFont.REPLACEMENT));
    assertThat(drawing('\u0000')).isEqualTo(drawing(ConsoleFont.REPLACEMENT));
  }

  @Test
  void standsLettersOnOneBaselineAndHangsDescendersBelowIt() {
    for (char c = 'a'; c <= 'z'; c++) {
      boolean descends = "gjpqy".indexOf(c) >= 0;
      assertThat(lastRow(c)).as("'%s'", c).isEqualTo(descends ? 15 : 12);
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      assertThat(firstRow(c)).as("'%s'", c).isEqualTo(3);
      assertThat(lastRow(c)).as("'%s'", c).isEqualTo(c == 'Q' ? 13 : 12);
    }
    for (char c = '0'; c <= '9'; c++) {
      assertThat(firstRow(c)).as("'%s'", c).isEqualTo(3);
      assertThat(lastRow(c)).as("'%s'", c).isEqualTo(12);
    }
  }

  @Test
  void keepsLettersApartByAnEmptyLastColumn() {
    for (char c = '!'; c <= '~'; c++) {
      if (c != '_') {
        assertThat(drawing(c)).as("'%s'", c).allMatch(row -> (row & 1) == 0);
      }
    }
  }

  @Test
  void joinsBoxLinesAcrossCells() {
    assertThat(font.row(font.glyph('─'), 8)).isEqualTo(0xFF);
    for (int y = 0; y < ConsoleFont.HEIGHT; y++) {
      assertThat(font.row(font.glyph('│'), y)).isEqualTo(0x10);
    }
    assertThat(font.row(font.glyph('┌'), 8)).isEqualTo(0x1F);
    assertThat(font.row(font.glyph('┘'), 8)).isEqualTo(0xF0);
  }

  @Test
  void namesGlyphAndLineOfAnError() {
    assertError("U+0041 A 3\n....#..\n", "line=2", "glyph=U+0041", "8 of");
    assertError("U+0041 A 15\n........\n........\n", "line=3", "glyph=U+0041", "row=16");
    assertError("U+0041 B 3\n", "line=1", "glyph=U+0041", "shows 'B'");
    assertError("U+0041 A 3\nU+0041 A 3\n", "line=2", "glyph=U+0041", "twice");
    assertError("; nothing\n", "glyph=U+0020", "not drawn");
    assertError("........\n", "line=1", "glyph=none");
    assertError("U+41 A\n", "line=1", "header='U+41 A'");
  }

  @Test
  void makesASpecimenToLookAt() throws IOException {
    List<String> lines =
        List.of(
            "The quick brown fox jumps over the lazy dog. 0123456789",
            "SPHINX OF BLACK QUARTZ, JUDGE MY VOW! O0 1lI| 5S 2Z 8B",
            "guest$ log start && echo \"{[(<hello>)]}\" > x_y; a=b+c*d-e",
            " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ · ─│┌┐└┘├┤█▌░ \uFFFD",
            "┌──────┐ memory 256 MiB, host alpha; domain 12; 50% @home",
            "├─░░██▌┤ illicit million jiggly Wgmqpy Rhythm Qi KEY_LEFTSHIFT",
            "└──────┘ # `quoted' ~ ^caret (a) {b} [c] <d> i.e. j, k; l: m?");
    MemorySurface surface = new MemorySurface(64 * 8, (lines.size() + 1) * 16);
    TextScreen screen = new TextScreen(surface, font);
    screen.write(String.join("\n", lines));
    screen.redrawAll();
    surface.writePng("font-specimen.png", 3);
    assertThat(surface.hasUndrawnPixels()).isFalse();
  }

  private static void assertError(String text, String... parts) {
    assertThatThrownBy(
            () -> ConsoleFont.parse(new BufferedReader(new StringReader(text)), "a-font"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a-font line=")
        .hasMessageContainingAll(parts);
  }

  private static List<Character> all() {
    List<Character> all = new ArrayList<>();
    for (char c = ' '; c <= '~'; c++) {
      all.add(c);
    }
    for (int i = 0; i < BOXES.length(); i++) {
      all.add(BOXES.charAt(i));
    }
    all.add(ConsoleFont.REPLACEMENT);
    return all;
  }

  private List<Integer> drawing(char c) {
    List<Integer> rows = new ArrayList<>();
    for (int y = 0; y < ConsoleFont.HEIGHT; y++) {
      rows.add(font.row(font.glyph(c), y));
    }
    return rows;
  }

  private int firstRow(char c) {
    List<Integer> rows = drawing(c);
    int y = 0;
    while (rows.get(y) == 0) {
      y++;
    }
    return y;
  }

  private int lastRow(char c) {
    List<Integer> rows = drawing(c);
    int y = ConsoleFont.HEIGHT - 1;
    while (rows.get(y) == 0) {
      y--;
    }
    return y;
  }
}
