package org.dmore.benchmarks.frames;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dmore.coordinator.demo.guest.ConsoleFont;

/** What a picture shows. Each has several frames, alike but not the same; they never change. */
public enum FrameKind {
  /** A text console: light grey on black, lines of log of many lengths, some in colour. */
  TEXT {
    @Override
    void paint(Frame frame, Random random, int number) {
      Painter painter = new Painter(frame, random);
      painter.console(0, 0, Frame.WIDTH / ConsoleFont.WIDTH, Frame.HEIGHT / ConsoleFont.HEIGHT, 0);
    }
  },
  /** The same text in each frame, a line further up. */
  SCROLL {
    @Override
    void paint(Frame frame, Random random, int number) {
      Painter painter = new Painter(frame, new Random(SEED));
      painter.console(
          0, 0, Frame.WIDTH / ConsoleFont.WIDTH, Frame.HEIGHT / ConsoleFont.HEIGHT, number);
    }
  },
  /** A desktop: a gradient behind windows with text, buttons, icons, and one with a photo. */
  DESKTOP {
    @Override
    void paint(Frame frame, Random random, int number) {
      Painter painter = new Painter(frame, random);
      painter.gradient(0, 0, Frame.WIDTH, Frame.HEIGHT, 0x1c3f6e, 0x6ea0c8);
      painter.panel(0, Frame.HEIGHT - 28, Frame.WIDTH, 28, 0xd6d2d0);
      for (int i = 0; i < 8; i++) {
        painter.icon(20, 20 + i * 84, 48);
      }
      painter.window(120 + number * 7, 40, 560, 400, "terminal");
      painter.console(128 + number * 7, 72, 68, 22, number);
      painter.window(420, 260 + number * 5, 520, 380, "settings");
      painter.form(430, 300 + number * 5, 500, 330);
      painter.window(720, 60, 270, 190, "picture");
      painter.photo(728, 90, 252, 150);
    }
  },
  /** A photo that fills the screen. */
  PHOTO {
    @Override
    void paint(Frame frame, Random random, int number) {
      new Painter(frame, random).photo(0, 0, Frame.WIDTH, Frame.HEIGHT);
    }
  };

  private static final int FRAMES = 4;
  private static final int SEED = 11;

  abstract void paint(Frame frame, Random random, int number);

  /** Paints the kind's frames, the same each time. */
  public List<Frame> frames() {
    return IntStream.range(0, FRAMES)
        .mapToObj(
            number -> {
              Frame frame = new Frame();
              paint(frame, new Random(SEED + number), number);
              return frame;
            })
        .toList();
  }
}
