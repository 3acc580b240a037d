package org.dmore.benchmarks.frames;

import java.util.Random;
import org.dmore.coordinator.demo.guest.ConsoleFont;

/** What happens on a screen, as frames that follow each other, the same each time. */
public enum FrameSequence {
  /** A text console from edge to edge, one line up at a time, three lines at every fourth. */
  BOOT_LOG("boot log") {
    @Override
    public Film film() {
      return new Film() {
        private final Frame frame = new Frame();
        private int number;
        private int line;

        @Override
        public Frame next() {
          new Painter(frame, new Random(SEED)).console(0, 0, COLUMNS, ROWS, line);
          line += ++number % 4 == 0 ? 3 : 1;
          return frame;
        }
      };
    }
  },
  /** A terminal that fills the screen: a word is typed, and at every third one lines come. */
  TERMINAL("terminal") {
    @Override
    public Film film() {
      return new TypedTerminal();
    }
  },
  /** A desktop: one window is dragged, a menu is gone through, another window is dragged. */
  DESKTOP("desktop") {
    @Override
    public Film film() {
      return new DraggedDesktop();
    }
  },
  /** Photos that fill the screen, each of which replaces the one before. */
  SLIDE_SHOW("slide show") {
    @Override
    public Film film() {
      return new SlideShow();
    }
  },
  /** A film of 640x360 in a window of a desktop, where nothing else changes. */
  VIDEO("video") {
    @Override
    public Film film() {
      return new PlayedVideo();
    }
  };

  static final int SEED = 31;
  static final int COLUMNS = Frame.WIDTH / ConsoleFont.WIDTH;
  static final int ROWS = Frame.HEIGHT / ConsoleFont.HEIGHT;

  private final String title;

  FrameSequence(String title) {
    this.title = title;
  }

  /** As tables and files name it. */
  public String title() {
    return title;
  }

  /** A film from the first frame on. It has no end. */
  public abstract Film film();
}
