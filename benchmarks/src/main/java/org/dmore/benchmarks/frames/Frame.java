package org.dmore.benchmarks.frames;

import java.util.Arrays;

/** One picture: pixels {@code 0x00RRGGBB}, row by row. Not thread-safe while it is painted. */
public final class Frame {
  /** Width of every picture in pixels. */
  public static final int WIDTH = 1024;

  /** Height of every picture in pixels. */
  public static final int HEIGHT = 768;

  private final int[] rgb = new int[WIDTH * HEIGHT];

  /** The pixels themselves, {@link #WIDTH} a row. */
  public int[] rgb() {
    return rgb;
  }

  void set(int x, int y, int colour) {
    if (x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT) {
      rgb[y * WIDTH + x] = colour;
    }
  }

  void fill(int x, int y, int width, int height, int colour) {
    int right = Math.min(WIDTH, x + width);
    for (int row = Math.max(0, y); row < Math.min(HEIGHT, y + height); row++) {
      Arrays.fill(rgb, row * WIDTH + Math.max(0, x), row * WIDTH + right, colour);
    }
  }
}
