package org.dmore.coordinator.demo.guest;

import java.util.Arrays;

/** Turns runs of cells into pixels. */
final class CellPainter {
  private final PixelSurface surface;
  private final ConsoleFont font;
  private final int[] line;

  CellPainter(PixelSurface surface, ConsoleFont font) {
    this.surface = surface;
    this.font = font;
    line = new int[surface.width()];
  }

  /** Draws {@code count} cells, from {@code cells[first]} on, at a place given in cells. */
  void paint(int[] cells, int first, int count, int column, int row) {
    for (int y = 0; y < ConsoleFont.HEIGHT; y++) {
      for (int i = 0; i < count; i++) {
        paintCellRow(cells[first + i], y, i * ConsoleFont.WIDTH);
      }
      surface.putRow(
          column * ConsoleFont.WIDTH,
          row * ConsoleFont.HEIGHT + y,
          line,
          0,
          count * ConsoleFont.WIDTH);
    }
  }

  private void paintCellRow(int cell, int y, int at) {
    if (Cell.isRamp(cell)) {
      int invert = Cell.hasCursor(cell) ? 0xFFFFFF : 0;
      for (int x = 0; x < ConsoleFont.WIDTH; x++) {
        line[at + x] = Cell.rampRgb(cell, x) ^ invert;
      }
      return;
    }
    int colour = Palette.rgb(Cell.hasCursor(cell) ? Cell.ground(cell) : Cell.colour(cell));
    int ground = Palette.rgb(Cell.hasCursor(cell) ? Cell.colour(cell) : Cell.ground(cell));
    int bits = font.row(font.glyph(Cell.character(cell)), y);
    for (int x = 0; x < ConsoleFont.WIDTH; x++) {
      line[at + x] = (bits & 0x80 >> x) != 0 ? colour : ground;
    }
  }

  /** Fills a rectangle, in pixels, with the screen's background. */
  void paintGround(int x, int y, int width, int height) {
    if (width <= 0 || height <= 0) {
      return;
    }
    Arrays.fill(line, 0, width, Palette.rgb(Palette.BLACK));
    for (int i = 0; i < height; i++) {
      surface.putRow(x, y + i, line, 0, width);
    }
  }
}
