package org.dmore.benchmarks.lab.viewer;

import java.util.Arrays;

/**
 * What an RFB client has been sent so far. What was never sent has a colour of its own, so that it
 * is not right by chance. Thread-safe.
 */
final class Canvas {
  /** RFB's own limit is 65535 each way; a guest's console has less. */
  private static final int MAX_SIDE = 8192;

  private static final int NEVER_SENT = 0x5a5aa5;

  private int width;
  private int height;
  private int[] pixels = {};

  synchronized void resize(int newWidth, int newHeight) throws ProtocolException {
    ProtocolException.check(
        newWidth > 0 && newHeight > 0 && newWidth <= MAX_SIDE && newHeight <= MAX_SIDE,
        "a desktop of %dx%d".formatted(newWidth, newHeight));
    width = newWidth;
    height = newHeight;
    pixels = new int[newWidth * newHeight];
    Arrays.fill(pixels, NEVER_SENT);
  }

  synchronized int width() {
    return width;
  }

  synchronized int height() {
    return height;
  }

  synchronized boolean contains(int x, int y, int w, int h) {
    return x + w <= width && y + h <= height;
  }

  /** Puts a rectangle of {@code w * h} pixels. */
  synchronized void put(int x, int y, int w, int h, int[] rectangle) {
    for (int row = 0; row < h; row++) {
      System.arraycopy(rectangle, row * w, pixels, (y + row) * width + x, w);
    }
  }

  synchronized void copy(int fromX, int fromY, int x, int y, int w, int h) {
    int[] moved = new int[w * h];
    for (int row = 0; row < h; row++) {
      System.arraycopy(pixels, (fromY + row) * width + fromX, moved, row * w, w);
    }
    put(x, y, w, h, moved);
  }

  synchronized Picture picture() {
    return new Picture(width, height, pixels);
  }
}
