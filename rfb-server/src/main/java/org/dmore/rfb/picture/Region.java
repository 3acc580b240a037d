package org.dmore.rfb.picture;

import java.util.Arrays;
import org.dmore.rfb.protocol.Rectangle;

/**
 * A set of pixels, held as rectangles that do not overlap.
 *
 * <p>Rectangles and not a bitmap of tiles, because a console's damage is a few exact rectangles (a
 * line, a cell, the whole screen) and exactness keeps a keystroke's echo small, lets a request for
 * a part of a tile be answered fully, and lets CopyRect's source be judged clean. What a bitmap has
 * to offer, a bound on the work, comes by {@link #MAX_RECTANGLES}: beyond it the region grows to
 * the bounding boxes of its {@link #BANDS} horizontal bands, which costs pixels and never
 * correctness.
 *
 * <p>Edges are {@code x1, y1} (within) and {@code x2, y2} (beyond). Not thread-safe; allocates only
 * when it grows.
 */
public final class Region {
  static final int MAX_RECTANGLES = 128;
  static final int BANDS = 16;

  /** {@code x1, y1, x2, y2} of each rectangle. */
  private int[] edges = new int[4 * 8];

  private int size;

  /** Whether there is no pixel in it. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** How many rectangles there are. */
  public int size() {
    return size;
  }

  /** One of its rectangles. */
  public Rectangle get(int index) {
    int at = index * 4;
    return new Rectangle(
        edges[at], edges[at + 1], edges[at + 2] - edges[at], edges[at + 3] - edges[at + 1]);
  }

  /** Takes all pixels away. */
  public void clear() {
    size = 0;
  }

  /** Adds pixels; none if the edges enclose none. */
  public void add(int x1, int y1, int x2, int y2) {
    if (x1 >= x2 || y1 >= y2) {
      return;
    }
    for (int i = 0; i < size; i++) {
      int at = i * 4;
      if (edges[at] <= x1 && edges[at + 1] <= y1 && edges[at + 2] >= x2 && edges[at + 3] >= y2) {
        return;
      }
    }
    cut(x1, y1, x2, y2);
    append(x1, y1, x2, y2);
    mergeLast();
    bound();
  }

  /** Adds another region's pixels. */
  public void add(Region other) {
    for (int i = 0; i < other.size; i++) {
      int at = i * 4;
      add(other.edges[at], other.edges[at + 1], other.edges[at + 2], other.edges[at + 3]);
    }
  }

  /**
   * Takes pixels away; all of them, or, where that would make too many rectangles, fewer.
   *
   * <p>A client chooses what is taken: one that asks for a screen pixel by pixel must not make a
   * list of as many holes.
   */
  public void subtract(int x1, int y1, int x2, int y2) {
    if (x1 >= x2 || y1 >= y2) {
      return;
    }
    cut(x1, y1, x2, y2);
    bound();
  }

  private void cut(int x1, int y1, int x2, int y2) {
    int i = 0;
    while (i < size) {
      int at = i * 4;
      int ax1 = edges[at];
      int ay1 = edges[at + 1];
      int ax2 = edges[at + 2];
      int ay2 = edges[at + 3];
      if (ax1 >= x2 || ax2 <= x1 || ay1 >= y2 || ay2 <= y1) {
        i++;
        continue;
      }
      remove(i);
      if (ay1 < y1) {
        append(ax1, ay1, ax2, y1);
      }
      if (ay2 > y2) {
        append(ax1, y2, ax2, ay2);
      }
      int top = Math.max(ay1, y1);
      int bottom = Math.min(ay2, y2);
      if (ax1 < x1) {
        append(ax1, top, x1, bottom);
      }
      if (ax2 > x2) {
        append(x2, top, ax2, bottom);
      }
    }
  }

  /** Whether any pixel of the rectangle is in it. */
  public boolean intersects(int x1, int y1, int x2, int y2) {
    for (int i = 0; i < size; i++) {
      int at = i * 4;
      if (edges[at] < x2 && edges[at + 2] > x1 && edges[at + 1] < y2 && edges[at + 3] > y1) {
        return true;
      }
    }
    return false;
  }

  /** How many pixels there are. */
  public long area() {
    long area = 0;
    for (int i = 0; i < size; i++) {
      int at = i * 4;
      area += (long) (edges[at + 2] - edges[at]) * (edges[at + 3] - edges[at + 1]);
    }
    return area;
  }

  /** Moves what lies within the given edges to {@code target}. */
  public void moveWithin(int x1, int y1, int x2, int y2, Region target) {
    for (int i = 0; i < size; i++) {
      int at = i * 4;
      target.add(
          Math.max(edges[at], x1),
          Math.max(edges[at + 1], y1),
          Math.min(edges[at + 2], x2),
          Math.min(edges[at + 3], y2));
    }
    subtract(x1, y1, x2, y2);
  }

  private void append(int x1, int y1, int x2, int y2) {
    int at = size * 4;
    if (at == edges.length) {
      edges = Arrays.copyOf(edges, edges.length * 2);
    }
    edges[at] = x1;
    edges[at + 1] = y1;
    edges[at + 2] = x2;
    edges[at + 3] = y2;
    size++;
  }

  private void remove(int index) {
    size--;
    System.arraycopy(edges, size * 4, edges, index * 4, 4);
  }

  /** Joins the last rectangle with those that share a whole side with it. */
  private void mergeLast() {
    int i = 0;
    while (i < size - 1) {
      int at = i * 4;
      int last = (size - 1) * 4;
      boolean sameRows = edges[at + 1] == edges[last + 1] && edges[at + 3] == edges[last + 3];
      boolean sameColumns = edges[at] == edges[last] && edges[at + 2] == edges[last + 2];
      boolean beside = edges[at + 2] == edges[last] || edges[at] == edges[last + 2];
      boolean below = edges[at + 3] == edges[last + 1] || edges[at + 1] == edges[last + 3];
      if ((sameRows && beside) || (sameColumns && below)) {
        int x1 = Math.min(edges[at], edges[last]);
        int y1 = Math.min(edges[at + 1], edges[last + 1]);
        int x2 = Math.max(edges[at + 2], edges[last + 2]);
        int y2 = Math.max(edges[at + 3], edges[last + 3]);
        size--;
        remove(i);
        append(x1, y1, x2, y2);
        i = 0;
      } else {
        i++;
      }
    }
  }

  private void bound() {
    if (size > MAX_RECTANGLES) {
      simplify();
    }
  }

  private void simplify() {
    int top = Integer.MAX_VALUE;
    int bottom = 0;
    for (int i = 0; i < size; i++) {
      top = Math.min(top, edges[i * 4 + 1]);
      bottom = Math.max(bottom, edges[i * 4 + 3]);
    }
    int[] bands = new int[BANDS * 4];
    int count = 0;
    int height = (bottom - top + BANDS - 1) / BANDS;
    for (int band = 0; band < BANDS; band++) {
      int y1 = top + band * height;
      int y2 = Math.min(y1 + height, bottom);
      int left = Integer.MAX_VALUE;
      int right = 0;
      int upper = y2;
      int lower = y1;
      for (int i = 0; i < size; i++) {
        int at = i * 4;
        if (edges[at + 1] < y2 && edges[at + 3] > y1) {
          left = Math.min(left, edges[at]);
          right = Math.max(right, edges[at + 2]);
          upper = Math.min(upper, Math.max(y1, edges[at + 1]));
          lower = Math.max(lower, Math.min(y2, edges[at + 3]));
        }
      }
      if (left < right && upper < lower) {
        bands[count * 4] = left;
        bands[count * 4 + 1] = upper;
        bands[count * 4 + 2] = right;
        bands[count * 4 + 3] = lower;
        count++;
      }
    }
    System.arraycopy(bands, 0, edges, 0, count * 4);
    size = count;
  }
}
