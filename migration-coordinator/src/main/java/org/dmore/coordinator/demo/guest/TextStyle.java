package org.dmore.coordinator.demo.guest;

/**
 * The colours that the next character gets, as the SGR sequences ({@code ESC [ ... m}) set them.
 */
final class TextStyle {
  private static final int BRIGHT = 8;

  private int colour = Palette.WHITE;
  private int ground = Palette.BLACK;
  private boolean bold;
  private boolean reverse;

  void reset() {
    colour = Palette.WHITE;
    ground = Palette.BLACK;
    bold = false;
    reverse = false;
  }

  void apply(EscapeSequence sgr) {
    for (int i = 0; i < sgr.count(); i++) {
      apply(sgr.parameter(i));
    }
  }

  private void apply(int code) {
    switch (code) {
      case 0 -> reset();
      case 1 -> bold = true;
      case 7 -> reverse = true;
      case 22 -> bold = false;
      case 27 -> reverse = false;
      case 39 -> colour = Palette.WHITE;
      case 49 -> ground = Palette.BLACK;
      default -> applyColour(code);
    }
  }

  private void applyColour(int code) {
    int number = code % 10;
    if (number >= BRIGHT) {
      return;
    }
    switch (code / 10) {
      case 3 -> colour = number;
      case 4 -> ground = number;
      case 9 -> colour = BRIGHT + number;
      case 10 -> ground = BRIGHT + number;
      default -> {
        // A style that this console does not have, such as underlining.
      }
    }
  }

  /** Returns a cell that shows a character in this style. */
  int cell(char character) {
    int shown = bold && colour < BRIGHT ? colour + BRIGHT : colour;
    return reverse ? Cell.text(character, ground, shown) : Cell.text(character, shown, ground);
  }
}
