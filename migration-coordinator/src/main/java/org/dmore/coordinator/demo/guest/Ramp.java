package org.dmore.coordinator.demo.guest;

/** A colour gradient that runs smoothly, pixel by pixel, over a row of cells. */
enum Ramp {
  RED(1),
  GREEN(2),
  BLUE(3),
  GREY(4),
  /** All hues at full saturation, from red through green and blue back to red. */
  HUE(5);

  private static final Ramp[] BY_NUMBER = {RED, GREEN, BLUE, GREY, HUE};

  private final int number;

  Ramp(int number) {
    this.number = number;
  }

  /** Returns the number, from 1 to 7, that stands for this ramp in a {@link Cell}. */
  int number() {
    return number;
  }

  static Ramp ofNumber(int number) {
    return BY_NUMBER[number - 1];
  }

  /** Returns the colour, as {@code 0x00RRGGBB}, of pixel {@code x} of {@code width}. */
  int rgb(int x, int width) {
    int level = width > 1 ? x * 255 / (width - 1) : 0;
    return switch (this) {
      case RED -> level << 16;
      case GREEN -> level << 8;
      case BLUE -> level;
      case GREY -> level << 16 | level << 8 | level;
      case HUE -> hue(x * 6 * 256 / width);
    };
  }

  /** Six stretches of 256 steps; in each, one channel rises or falls while the others stand. */
  private static int hue(int angle) {
    int step = angle & 0xFF;
    return switch (angle >> 8) {
      case 0 -> 0xFF0000 | step << 8;
      case 1 -> (255 - step) << 16 | 0x00FF00;
      case 2 -> 0x00FF00 | step;
      case 3 -> (255 - step) << 8 | 0x0000FF;
      case 4 -> step << 16 | 0x0000FF;
      default -> 0xFF0000 | (255 - step);
    };
  }
}
