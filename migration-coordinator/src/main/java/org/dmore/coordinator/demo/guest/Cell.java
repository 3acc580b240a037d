package org.dmore.coordinator.demo.guest;

/**
 * One character cell in an {@code int}, so that a screen is compared and scrolled as plain arrays.
 *
 * <pre>
 *  31  28   27    26  24  23   20  19   16  15                      0
 * +------+------+-------+---------+--------+-------------------------+
 * | zero |cursor|   0   | ground  | colour |        character        |  text
 * +------+------+-------+---------+--------+------------+------------+
 * | zero |cursor| ramp  |       zero       |   cells    |    cell    |  part of a ramp
 * +------+------+-------+------------------+------------+------------+
 * </pre>
 *
 * A gradient is kept as a formula rather than as pixels, so that it scrolls and is redrawn like
 * text.
 */
final class Cell {
  /** Equal to no cell: what the surface shows here is unknown. */
  static final int UNKNOWN = -1;

  /** The most cells that one ramp spans: its cell number has eight bits. */
  static final int RAMP_LIMIT = 255;

  private static final int CURSOR = 1 << 27;

  private Cell() {}

  static int text(char character, int colour, int ground) {
    return ground << 20 | colour << 16 | character;
  }

  static int ramp(Ramp ramp, int cell, int cells) {
    return ramp.number() << 24 | cells << 8 | cell;
  }

  static int withCursor(int cell) {
    return cell | CURSOR;
  }

  static boolean isRamp(int cell) {
    return (cell >> 24 & 7) != 0;
  }

  static boolean hasCursor(int cell) {
    return (cell & CURSOR) != 0;
  }

  /** Returns the character; a ramp counts as a space. */
  static char character(int cell) {
    return isRamp(cell) ? ' ' : (char) cell;
  }

  static int colour(int cell) {
    return cell >> 16 & 15;
  }

  static int ground(int cell) {
    return cell >> 20 & 15;
  }

  /** Returns the colour, as {@code 0x00RRGGBB}, of the pixels in column {@code x} of a ramp. */
  static int rampRgb(int cell, int x) {
    Ramp ramp = Ramp.ofNumber(cell >> 24 & 7);
    return ramp.rgb((cell & 0xFF) * ConsoleFont.WIDTH + x, (cell >> 8 & 0xFF) * ConsoleFont.WIDTH);
  }
}
