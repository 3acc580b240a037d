package org.dmore.benchmarks.rig;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.rfb.Desktop;

/**
 * A text console in memory to which lines are written; like a guest's framebuffer it says only that
 * all of it may have changed. Thread-safe.
 */
final class ScrollingDesktop implements Desktop {
  static final int WIDTH = 800;
  static final int HEIGHT = 600;

  private static final int LINE = 16;
  private static final int CELL = 8;
  private static final int INK = 0xaaaaaa;

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final int[] pixels = new int[WIDTH * HEIGHT];
  private final Random random = new Random(1);

  ScrollingDesktop() {
    for (int i = 0; i < HEIGHT / LINE; i++) {
      scroll();
    }
  }

  /** Moves all up by a line and writes one of random length at the bottom. */
  void writeLine() {
    scroll();
    for (Listener listener : listeners) {
      listener.damaged(0, 0, WIDTH, HEIGHT);
    }
  }

  private synchronized void scroll() {
    System.arraycopy(pixels, LINE * WIDTH, pixels, 0, (HEIGHT - LINE) * WIDTH);
    int cells = 10 + random.nextInt(WIDTH / CELL - 10);
    for (int row = HEIGHT - LINE; row < HEIGHT; row++) {
      for (int cell = 0; cell < WIDTH / CELL; cell++) {
        int bits = cell < cells ? random.nextInt(1 << CELL) : 0;
        for (int i = 0; i < CELL; i++) {
          pixels[row * WIDTH + cell * CELL + i] = (bits >> i & 1) * INK;
        }
      }
    }
  }

  @Override
  public String name() {
    return "a console that scrolls";
  }

  @Override
  public Size size() {
    return new Size(WIDTH, HEIGHT);
  }

  @Override
  public synchronized void copyPixels(
      int x, int y, int width, int height, int[] target, int offset, int stride) {
    for (int row = 0; row < height; row++) {
      System.arraycopy(pixels, (y + row) * WIDTH + x, target, offset + row * stride, width);
    }
  }

  @Override
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }
}
