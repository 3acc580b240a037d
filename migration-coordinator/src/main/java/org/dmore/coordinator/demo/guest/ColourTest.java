package org.dmore.coordinator.demo.guest;

/** Shows the palette and gradients, by which wrong pixel formats and lossy encoders are seen. */
final class ColourTest {
  private static final int MARGIN = 8;
  private static final int RAMP_CELLS = 64;

  private ColourTest() {}

  static void print(TextScreen screen) {
    screen.write("\n");
    paletteRow(screen, "normal", 0, 40);
    paletteRow(screen, "bright", 8, 100);
    screen.write("\n");
    ramp(screen, "red", Ramp.RED);
    ramp(screen, "green", Ramp.GREEN);
    ramp(screen, "blue", Ramp.BLUE);
    ramp(screen, "grey", Ramp.GREY);
    ramp(screen, "hue", Ramp.HUE);
    screen.write("\n");
  }

  private static void paletteRow(TextScreen screen, String name, int first, int sgr) {
    StringBuilder row = new StringBuilder(name).append("\t");
    for (int i = 0; i < 8; i++) {
      // Black on black would hide the first number.
      int ink = first + i == 0 ? 37 : 30;
      row.append(String.format("\u001B[%d;%dm %2d   ", sgr + i, ink, first + i));
      row.append("\u001B[0m  ");
    }
    screen.write(row.append("\n"));
  }

  private static void ramp(TextScreen screen, String name, Ramp ramp) {
    screen.write(name + "\t");
    screen.writeRamp(ramp, Math.min(RAMP_CELLS, screen.columns() - MARGIN));
    screen.write("\n");
  }
}
