package org.dmore.benchmarks.frames;

import java.util.Random;

/** A desktop on which windows are dragged and a menu is opened, over and over. */
final class DraggedDesktop implements Film {
  private static final int DRAGS = 9;
  private static final int MENU_ITEMS = 6;
  private static final int CYCLE = 2 * DRAGS + MENU_ITEMS;

  private final Frame frame = new Frame();
  private int number;

  @Override
  public Frame next() {
    int step = number++ % CYCLE;
    int settings = Math.min(step, DRAGS);
    int item = step - DRAGS;
    int terminal = Math.max(0, step - DRAGS - MENU_ITEMS + 1);
    background(frame);
    painter(1).window(720, 60, 270, 190, "picture");
    painter(1).photo(728, 90, 252, 150);
    terminal(60 + terminal * 11, 40 + terminal * 4);
    settings(300 + settings * 13, 280 + settings * 6);
    if (item >= 0 && item < MENU_ITEMS) {
      menu(item);
    }
    return frame;
  }

  /** A gradient with icons and a panel. */
  static void background(Frame frame) {
    Painter painter = new Painter(frame, new Random(FrameSequence.SEED));
    painter.gradient(0, 0, Frame.WIDTH, Frame.HEIGHT, 0x1c3f6e, 0x6ea0c8);
    painter.panel(0, Frame.HEIGHT - 28, Frame.WIDTH, 28, 0xd6d2d0);
    for (int i = 0; i < 8; i++) {
      painter.icon(10, 20 + i * 84, 42);
    }
  }

  private void terminal(int x, int y) {
    Painter painter = painter(2);
    painter.window(x, y, 560, 400, "terminal");
    painter.console(x + 8, y + 32, 68, 22, 3);
  }

  private void settings(int x, int y) {
    Painter painter = painter(3);
    painter.window(x, y, 520, 380, "settings");
    painter.form(x + 10, y + 40, 500, 330);
  }

  private void menu(int chosen) {
    int x = 4;
    int top = Frame.HEIGHT - 28 - MENU_ITEMS * 24 - 4;
    Painter painter = painter(4);
    painter.panel(x, top - 4, 180, MENU_ITEMS * 24 + 8, 0xf0f0ee);
    for (int i = 0; i < MENU_ITEMS; i++) {
      int ground = i == chosen ? 0x30507a : 0xf0f0ee;
      frame.fill(x + 2, top + i * 24, 176, 24, ground);
      painter.softText(
          x + 12, top + i * 24 + 4, "Application " + i, i == chosen ? 0xffffff : 0x202020, ground);
    }
  }

  /** Each part has chance of its own, so that it looks the same wherever it is. */
  private Painter painter(int part) {
    return new Painter(frame, new Random(FrameSequence.SEED + part));
  }
}
