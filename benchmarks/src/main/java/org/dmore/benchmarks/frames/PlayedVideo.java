package org.dmore.benchmarks.frames;

import java.util.Random;

/**
 * A camera that passes over a landscape, with fresh grain in each picture, in a player's window.
 */
final class PlayedVideo implements Film {
  private static final int LEFT = 240;
  private static final int TOP = 160;
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;

  /** Greatest change of a channel by grain. */
  private static final int GRAIN = 2;

  private final Random random = new Random(FrameSequence.SEED);
  private final Frame landscape = new Frame();
  private final Frame frame = new Frame();
  private int number;

  PlayedVideo() {
    new Painter(landscape, random).photo(0, 0, Frame.WIDTH, Frame.HEIGHT);
    DraggedDesktop.background(frame);
    Painter painter = new Painter(frame, random);
    painter.window(LEFT - 8, TOP - 32, WIDTH + 16, HEIGHT + 40, "player");
    painter.panel(LEFT - 4, TOP - 4, WIDTH + 8, HEIGHT + 8, 0x202020);
  }

  @Override
  public Frame next() {
    double turn = number++ / 24.0 * 2 * Math.PI;
    int right = (int) ((Frame.WIDTH - WIDTH) * (0.5 + 0.5 * Math.sin(turn)));
    int down = (int) ((Frame.HEIGHT - HEIGHT) * (0.5 + 0.5 * Math.cos(turn)));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int rgb = landscape.rgb()[(y + down) * Frame.WIDTH + x + right];
        frame.rgb()[(y + TOP) * Frame.WIDTH + x + LEFT] = grained(rgb);
      }
    }
    return frame;
  }

  private int grained(int rgb) {
    int grain = random.nextInt(2 * GRAIN + 1) - GRAIN;
    int mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      mixed |= Math.max(0, Math.min(255, (rgb >> shift & 0xff) + grain)) << shift;
    }
    return mixed;
  }
}
