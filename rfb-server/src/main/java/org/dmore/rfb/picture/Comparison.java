package org.dmore.rfb.picture;

import java.util.Arrays;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Compares the desktop with a frame, a strip at a time.
 *
 * <p>Each tile of {@value #TILE} columns and a strip's rows yields the box of what differs in it,
 * exact to the pixel, so that a cursor's blink stays as small as it is; where many tiles beside
 * each other differ, whole tiles are told, which merge with those above and below. A strip is small
 * enough to stay in a core's cache between being read and being compared.
 *
 * <p>Used by who holds the picture's comparing lock.
 */
final class Comparison {
  static final int ROWS = 16;
  static final int COLUMNS = 1024;
  static final int TILE = 32;

  /** So many tiles in a row are told exactly. */
  private static final int EXACT_TILES = 4;

  private static final int TILES = COLUMNS / TILE;

  private final Desktop desktop;
  private final Region changed = new Region();
  private final int[] left = new int[TILES];
  private final int[] right = new int[TILES];
  private final int[] top = new int[TILES];
  private final int[] bottom = new int[TILES];
  private int[] strip = new int[0];
  private int x;
  private int y;
  private int columns;
  private int rows;
  private boolean found;

  Comparison(Desktop desktop) {
    this.desktop = desktop;
  }

  /** Forgets that anything was found. */
  void begin() {
    found = false;
  }

  /** Whether anything was found since {@link #begin}. */
  boolean found() {
    return found;
  }

  void markFound() {
    found = true;
  }

  /** The desktop's pixels of a strip; valid until the next call of anything. */
  int[] read(int fromX, int fromY, int width, int height) {
    if (strip.length < width * height) {
      strip = new int[Math.max(width * height, ROWS * COLUMNS)];
    }
    desktop.copyPixels(fromX, fromY, width, height, strip, 0, width);
    return strip;
  }

  /**
   * Reads a strip and says whether it differs from the frame.
   *
   * @param width at most {@value #COLUMNS}
   * @param height at most {@value #ROWS}
   */
  boolean differs(Frame frame, int fromX, int fromY, int width, int height) {
    read(fromX, fromY, width, height);
    begin(fromX, fromY, width, height);
    boolean any = false;
    for (int row = 0; row < rows; row++) {
      int at = (y + row) * frame.width() + x;
      any |= compareRow(strip, row * columns, frame.pixels(), at, row);
    }
    found |= any;
    return any;
  }

  /** Makes the frame what was read. */
  void apply(Frame frame) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          strip, row * columns, frame.pixels(), (y + row) * frame.width() + x, columns);
    }
  }

  /** Where the strip differed. */
  Region changed() {
    changed.clear();
    addChanged();
    return changed;
  }

  /** Where a frame will differ from itself after a move. */
  Region changedBy(Frame frame, Move move) {
    changed.clear();
    Rectangle target = move.target();
    int[] pixels = frame.pixels();
    for (int stripY = 0; stripY < target.height(); stripY += ROWS) {
      int height = Math.min(ROWS, target.height() - stripY);
      for (int stripX = 0; stripX < target.width(); stripX += COLUMNS) {
        int width = Math.min(COLUMNS, target.width() - stripX);
        begin(target.x() + stripX, target.y() + stripY, width, height);
        boolean any = false;
        for (int row = 0; row < height; row++) {
          int from = (move.sourceY() + stripY + row) * frame.width() + move.sourceX() + stripX;
          any |= compareRow(pixels, from, pixels, (y + row) * frame.width() + x, row);
        }
        if (any) {
          addChanged();
        }
      }
    }
    found |= !changed.isEmpty();
    return changed;
  }

  private void begin(int fromX, int fromY, int width, int height) {
    x = fromX;
    y = fromY;
    columns = width;
    rows = height;
    Arrays.fill(right, 0);
  }

  private boolean compareRow(int[] now, int nowAt, int[] old, int oldAt, int row) {
    int first = Arrays.mismatch(now, nowAt, nowAt + columns, old, oldAt, oldAt + columns);
    if (first < 0) {
      return false;
    }
    for (int tile = first / TILE; tile * TILE < columns; tile++) {
      int from = tile * TILE;
      int to = Math.min(from + TILE, columns);
      int differs = Arrays.mismatch(now, nowAt + from, nowAt + to, old, oldAt + from, oldAt + to);
      if (differs >= 0) {
        int last = to - 1;
        while (now[nowAt + last] == old[oldAt + last]) {
          last--;
        }
        if (right[tile] == 0) {
          left[tile] = from + differs;
          right[tile] = last + 1;
          top[tile] = row;
        } else {
          left[tile] = Math.min(left[tile], from + differs);
          right[tile] = Math.max(right[tile], last + 1);
        }
        bottom[tile] = row + 1;
      }
    }
    return true;
  }

  private void addChanged() {
    int tiles = (columns + TILE - 1) / TILE;
    int tile = 0;
    while (tile < tiles) {
      if (right[tile] == 0) {
        tile++;
        continue;
      }
      int begin = tile;
      int upper = ROWS;
      int lower = 0;
      while (tile < tiles && right[tile] != 0) {
        upper = Math.min(upper, top[tile]);
        lower = Math.max(lower, bottom[tile]);
        tile++;
      }
      if (tile - begin <= EXACT_TILES) {
        changed.add(x + left[begin], y + upper, x + right[tile - 1], y + lower);
      } else {
        changed.add(x + begin * TILE, y, x + Math.min(tile * TILE, columns), y + rows);
      }
    }
  }
}
