package org.dmore.coordinator.demo.guest;

/** The arrow that shows where the guest saw the pointer. */
final class PointerMarker {
  static final int WIDTH = 10;
  static final int HEIGHT = 15;

  /** {@code #} outline, {@code o} inside; each row is one run of pixels from the left edge. */
  private static final String[] ARROW = {
    "#",
    "##",
    "#o#",
    "#oo#",
    "#ooo#",
    "#oooo#",
    "#ooooo#",
    "#oooooo#",
    "#ooooooo#",
    "#oooooooo#",
    "#oooo#####",
    "#oo#o#",
    "#o##oo#",
    "##  #o#",
    "#   ###",
  };

  private final int[] pixels = new int[WIDTH];
  private int x;
  private int y;
  private boolean shown;

  void moveTo(int newX, int newY) {
    x = newX;
    y = newY;
    shown = true;
  }

  boolean shown() {
    return shown;
  }

  int x() {
    return x;
  }

  int y() {
    return y;
  }

  /** Draws the arrow, cut off at the given right and bottom edges. */
  void paint(PixelSurface surface, int right, int bottom) {
    for (int i = 0; i < HEIGHT && y + i < bottom; i++) {
      paintRow(surface, ARROW[i], y + i, right);
    }
  }

  private void paintRow(PixelSurface surface, String row, int rowY, int right) {
    int end = Math.min(row.length(), right - x);
    int from = 0;
    while (from < end) {
      int to = from;
      while (to < end && row.charAt(to) != ' ') {
        pixels[to] = Palette.rgb(row.charAt(to) == '#' ? Palette.BLACK : Palette.SIZE - 1);
        to++;
      }
      if (to > from) {
        surface.putRow(x + from, rowY, pixels, from, to - from);
      }
      from = to + 1;
    }
  }
}
