package org.dmore.rfb.picture;

import java.util.Arrays;
import org.dmore.rfb.Desktop;

/** The copy's pixels in one size; another size has another frame. */
final class Frame {
  private final Desktop.Size size;
  private final int[] pixels;

  private Frame(Desktop.Size size, int[] pixels) {
    this.size = size;
    this.pixels = pixels;
  }

  Desktop.Size size() {
    return size;
  }

  /** Row by row, each {@code 0x00RRGGBB}; none if the desktop is too large to be copied. */
  int[] pixels() {
    return pixels;
  }

  static Frame copyOf(Desktop.Size size) {
    return new Frame(size, new int[size.width() * size.height()]);
  }

  static Frame withoutCopy(Desktop.Size size) {
    return new Frame(size, new int[0]);
  }

  boolean hasCopy() {
    return pixels.length > 0;
  }

  int width() {
    return size.width();
  }

  int height() {
    return size.height();
  }

  /** As {@link Desktop#copyPixels}: what lies outside comes as black. */
  void read(int x, int y, int width, int height, int[] target, int offset, int stride) {
    int inside = Math.max(0, Math.min(width, size.width() - x));
    for (int row = 0; row < height; row++) {
      int to = offset + row * stride;
      if (inside == 0 || y + row >= size.height()) {
        Arrays.fill(target, to, to + width, 0);
      } else {
        System.arraycopy(pixels, (y + row) * size.width() + x, target, to, inside);
        Arrays.fill(target, to + inside, to + width, 0);
      }
    }
  }

  /** Copies within the frame, the source read as it was before. */
  void copy(Move move) {
    int width = move.target().width();
    int height = move.target().height();
    boolean down = move.target().y() > move.sourceY();
    for (int i = 0; i < height; i++) {
      int row = down ? height - 1 - i : i;
      System.arraycopy(
          pixels,
          (move.sourceY() + row) * size.width() + move.sourceX(),
          pixels,
          (move.target().y() + row) * size.width() + move.target().x(),
          width);
    }
  }
}
