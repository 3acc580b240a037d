package org.dmore.coordinator.demo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.dmore.coordinator.demo.guest.MemorySurface.Rectangle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextScreenTest {
  private static final int COLUMNS = 30;
  private static final int ROWS = 6;
  private static final String ESC = "\u001B[";

  /** Three pixels wider and five higher than whole cells. */
  private final MemorySurface surface = new MemorySurface(COLUMNS * 8 + 3, (ROWS + 1) * 16 + 5);

  private final ConsoleFont font = ConsoleFont.load();
  private final TextScreen screen = new TextScreen(surface, font);

  @BeforeEach
  void draw() {
    screen.redrawAll();
  }

  @Test
  void drawsEveryPixelAtFirstAndReportsAllOfThem() {
    assertThat(surface.hasUndrawnPixels()).isFalse();
    assertThat(surface.takeDamage())
        .containsExactly(new Rectangle(0, 0, surface.width(), surface.height()));
  }

  @Test
  void refusesASurfaceThatIsTooSmall() {
    assertThatThrownBy(() -> new TextScreen(new MemorySurface(159, 600), font))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width=159");
    assertThatThrownBy(() -> new TextScreen(new MemorySurface(800, 63), font))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("height=63");
  }

  @Test
  void writesTextAndObeysControlCharacters() {
    screen.write("one\ntwo\rT\n\ta\tb\nxyz\b\bY");
    assertThat(screen.textAt(0)).isEqualTo("one");
    assertThat(screen.textAt(1)).isEqualTo("Two");
    assertThat(screen.textAt(2)).isEqualTo("        a       b");
    assertThat(screen.textAt(3)).isEqualTo("xYz");
    assertThat(screen.cursorRow()).isEqualTo(3);
    assertThat(screen.cursorColumn()).isEqualTo(2);
  }

  @Test
  void wrapsALongLine() {
    screen.write("a".repeat(COLUMNS) + "bc");
    assertThat(screen.textAt(0)).isEqualTo("a".repeat(COLUMNS));
    assertThat(screen.textAt(1)).isEqualTo("bc");
  }

  @Test
  void leavesNoEmptyRowAfterALineThatFitsExactly() {
    screen.write("a".repeat(COLUMNS) + "\nb");
    assertThat(screen.textAt(1)).isEqualTo("b");
  }

  @Test
  void scrollsWhenTheLastRowIsFullButNotTheStatus() {
    screen.setStatus("status");
    for (int i = 0; i < ROWS + 2; i++) {
      screen.write((i == 0 ? "" : "\n") + "line " + i);
    }
    assertThat(screen.textAt(0)).isEqualTo("line 2");
    assertThat(screen.textAt(ROWS - 1)).isEqualTo("line " + (ROWS + 1));
    assertThat(screen.textAt(ROWS)).isEqualTo("status");
    assertThat(screen.scrolledRows()).isEqualTo(2);
  }

  @Test
  void drawsGlyphsInTheColoursOfTheStyle() {
    screen.write(ESC + "31mA" + ESC + "1mA" + ESC + "7;44mA" + ESC + "0;97;105mA" + ESC + "mA\n");
    screen.paint();
    assertCell(0, 'A', 1, 0);
    assertCell(1, 'A', 9, 0);
    assertCell(2, 'A', 4, 9);
    assertCell(3, 'A', 15, 13);
    assertCell(4, 'A', 7, 0);
  }

  @Test
  void showsTheCursorAsABlock() {
    screen.write("ab\b");
    screen.paint();
    assertCell(0, 'a', 7, 0);
    assertCell(1, 'b', 0, 7);
    screen.write("\r");
    screen.paint();
    assertCell(0, 'a', 0, 7);
    assertCell(1, 'b', 7, 0);
  }

  @Test
  void erasesAndMovesByControlSequences() {
    screen.write("first\nsecond\nthird");
    screen.write(ESC + "2;3H" + ESC + "K");
    assertThat(screen.textAt(1)).isEqualTo("se");
    screen.write(ESC + "1;3H" + ESC + "J");
    assertThat(screen.textAt(0)).isEqualTo("fi");
    assertThat(screen.textAt(2)).isEmpty();
    screen.write(ESC + "2Jx");
    assertThat(screen.textAt(0)).isEqualTo("x");
    screen.write(ESC + "99;99Hz" + ESC + "Hy");
    assertThat(screen.textAt(0)).isEqualTo("y");
    assertThat(screen.textAt(ROWS - 1)).isEqualTo(" ".repeat(COLUMNS - 1) + "z");
  }

  @Test
  void skipsSequencesThatItDoesNotKnow() {
    screen.write("a" + ESC + "?25lb" + ESC + "1;2;3;4;5;6;7;8;9;10;99999999999mc\u001Bxd");
    assertThat(screen.textAt(0)).isEqualTo("abcd");
  }

  @Test
  void reportsExactlyOneCellAndTheCursorForOneCharacter() {
    surface.takeDamage();
    screen.write("x");
    screen.paint();
    assertThat(surface.takeDamage()).containsExactly(new Rectangle(0, 0, 16, 16));
  }

  @Test
  void reportsNothingIfNothingChanged() {
    screen.write("text");
    screen.paint();
    surface.takeDamage();
    screen.write("\rtext");
    screen.paint();
    assertThat(surface.takeDamage()).isEmpty();
  }

  @Test
  void joinsRowsOfTheSameWidthIntoOneRectangle() {
    screen.write("\n12345678\n12345678\n12345678" + ESC + "H");
    surface.takeDamage();
    screen.paint();
    assertThat(surface.takeDamage()).containsExactly(new Rectangle(0, 16, 64, 48));
  }

  @Test
  void keepsDistantChangesApart() {
    surface.takeDamage();
    screen.write(ESC + "3;1Hx" + ESC + "3;30Hy" + ESC + "6;5Hz" + ESC + "H");
    screen.paint();
    assertThat(surface.takeDamage())
        .containsExactly(
            new Rectangle(0, 32, 8, 16),
            new Rectangle(29 * 8, 32, 8, 16),
            new Rectangle(32, 80, 8, 16));
  }

  @Test
  void changesNoPixelOutsideOfTheDamageWhateverIsWritten() {
    Random random = new Random(20260314);
    for (int round = 0; round < 500; round++) {
      int[] before = surface.snapshot();
      surface.takeDamage();
      if (random.nextInt(3) == 0) {
        screen.showPointer(random.nextInt(-5, 260), random.nextInt(-5, 130));
      } else {
        writeSomething(random);
      }
      screen.paint();
      List<Rectangle> damage = surface.takeDamage();
      assertThat(damage).hasSizeLessThanOrEqualTo(16);
      assertUnchangedOutside(before, damage);
    }
    // The pixels after many small changes are those of a screen drawn at once.
    int[] drawnInSteps = surface.snapshot();
    screen.redrawAll();
    assertThat(surface.snapshot()).isEqualTo(drawnInSteps);
  }

  private void writeSomething(Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> screen.write(ESC + (30 + random.nextInt(8)) + "m\n");
        case 1 -> screen.moveTo(random.nextInt(ROWS), random.nextInt(COLUMNS));
        case 2 -> screen.writeRamp(Ramp.HUE, random.nextInt(COLUMNS));
        case 3 -> screen.setStatus("status " + random.nextInt(100));
        default -> screen.write("some text ".repeat(random.nextInt(8)));
      }
    }
  }

  private void assertUnchangedOutside(int[] before, List<Rectangle> damage) {
    for (int y = 0; y < surface.height(); y++) {
      for (int x = 0; x < surface.width(); x++) {
        int px = x;
        int py = y;
        if (surface.pixel(x, y) != before[y * surface.width() + x]
            && damage.stream().noneMatch(rectangle -> rectangle.contains(px, py))) {
          throw new AssertionError("x=" + x + " y=" + y + " changed outside of " + damage);
        }
      }
    }
  }

  @Test
  void reportsFewRectanglesWhenTextScrolls() {
    for (int i = 0; i < ROWS; i++) {
      screen.write("\nline " + i + " " + "=".repeat(3 * i));
    }
    screen.paint();
    int[] before = surface.snapshot();
    surface.takeDamage();
    screen.write("\n");
    screen.paint();
    List<Rectangle> damage = surface.takeDamage();
    assertUnchangedOutside(before, damage);
    int area = damage.stream().mapToInt(d -> d.width() * d.height()).sum();
    assertThat(area).isLessThan(surface.width() * surface.height() * 2 / 3);
    assertThat(damage).hasSizeLessThan(ROWS);
  }

  @Test
  void scrollsAndClearsGradientsLikeText() {
    screen.write("\n");
    screen.writeRamp(Ramp.RED, 16);
    screen.write(ESC + "H");
    screen.paint();
    assertThat(surface.pixel(0, 16)).isEqualTo(0);
    assertThat(surface.pixel(127, 31)).isEqualTo(0xFF0000);
    assertThat(surface.pixel(64, 20)).isEqualTo((64 * 255 / 127) << 16);
    screen.write(ESC + "6;1H\n");
    screen.paint();
    assertThat(surface.pixel(127, 0)).isEqualTo(0xFF0000);
    screen.clear();
    screen.paint();
    assertThat(surface.pixel(127, 0)).isEqualTo(Palette.rgb(0));
  }

  @Test
  void restoresWhatWasUnderThePointerWhenItMoves() {
    screen.write("some text that the pointer hides");
    screen.paint();
    int[] without = surface.snapshot();
    screen.showPointer(20, 3);
    screen.paint();
    assertThat(surface.pixel(20, 3)).isEqualTo(Palette.rgb(0));
    assertThat(surface.pixel(21, 5)).isEqualTo(Palette.rgb(15));
    screen.showPointer(COLUMNS * 8 - 1, (ROWS + 1) * 16 - 1);
    screen.paint();
    int[] after = surface.snapshot();
    without[((ROWS + 1) * 16 - 1) * surface.width() + COLUMNS * 8 - 1] = Palette.rgb(0);
    assertThat(after).isEqualTo(without);
  }

  @Test
  void keepsThePointerOnTopOfNewText() {
    screen.showPointer(20, 3);
    screen.paint();
    screen.write("████████");
    screen.paint();
    assertThat(surface.pixel(21, 5)).isEqualTo(Palette.rgb(15));
    assertThat(surface.pixel(20, 2)).isEqualTo(Palette.rgb(7));
  }

  private void assertCell(int column, char character, int colour, int ground) {
    for (int y = 0; y < 16; y++) {
      int bits = font.row(font.glyph(character), y);
      for (int x = 0; x < 8; x++) {
        int expected = Palette.rgb((bits >> (7 - x) & 1) == 1 ? colour : ground);
        assertThat(surface.pixel(column * 8 + x, y)).as("x=%d y=%d", x, y).isEqualTo(expected);
      }
    }
  }
}
