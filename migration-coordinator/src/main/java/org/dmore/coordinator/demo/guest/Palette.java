package org.dmore.coordinator.demo.guest;

/** The sixteen text colours, in the order of the ANSI colour numbers; 8 to 15 are the bright. */
final class Palette {
  static final int BLACK = 0;
  static final int WHITE = 7;
  static final int SIZE = 16;

  private static final int[] RGB = {
    0x14171F, 0xE0606C, 0x8FBF6A, 0xDDB163, 0x5E9BE6, 0xB98AE0, 0x52B5BF, 0xC6CBD6,
    0x757E93, 0xFF8790, 0xB2E58B, 0xFFD78A, 0x8DBEFF, 0xD9B2FF, 0x7FE0E8, 0xFFFFFF,
  };

  private Palette() {}

  /** Returns a colour as {@code 0x00RRGGBB}. */
  static int rgb(int colour) {
    return RGB[colour];
  }
}
