package org.dmore.rfb.encoding;

import java.util.Arrays;

/**
 * Cuts an area where its kind changes, so that each part goes by the form that suits it: a coloured
 * word does not make a screen of text eight times as long, nor a photo the window around it.
 *
 * <p>The area is looked at in cells. Each is of one or two colours, of several, or a photo. In each
 * row of cells neighbours of one kind are joined, those of one or two colours as long as they have
 * no more than two together; then each part is joined with the one above it if that has the same
 * sides. A part costs some 25 bytes of its own, so that cells are not small.
 */
final class AreaSplitter {
  private static final int CELL_WIDTH = 32;
  private static final int CELL_HEIGHT = 16;

  /** What is smaller is not worth a second rectangle. */
  private static final int MIN_AREA = 4 * CELL_WIDTH * CELL_HEIGHT;

  private static final int TWO_COLOURS = 0;
  private static final int COLOURS = 1;
  private static final int PHOTO = 2;

  private int parts;
  private int[] x = new int[64];
  private int[] y = new int[64];
  private int[] width = new int[64];
  private int[] height = new int[64];
  private int[] kind = new int[64];

  /** The one or two colours of a part, the same twice if it is one. */
  private int[] first = new int[64];

  private int[] second = new int[64];

  private int cellKind;
  private int cellFirst;
  private int cellSecond;

  /** How many parts the area was cut into. */
  int parts() {
    return parts;
  }

  int x(int part) {
    return x[part];
  }

  int y(int part) {
    return y[part];
  }

  int width(int part) {
    return width[part];
  }

  int height(int part) {
    return height[part];
  }

  /** Whether the part is a photo, as far as its cells tell. */
  boolean isPhoto(int part) {
    return kind[part] == PHOTO;
  }

  /** Cuts an area; its pixels stand row by row. */
  void split(int[] colours, int areaWidth, int areaHeight) {
    parts = 0;
    if (areaWidth * areaHeight < MIN_AREA) {
      cellKind = COLOURS;
      add(0, 0, areaWidth, areaHeight);
      return;
    }
    int above = 0;
    for (int top = 0; top < areaHeight; top += CELL_HEIGHT) {
      int h = Math.min(CELL_HEIGHT, areaHeight - top);
      int row = parts;
      for (int left = 0; left < areaWidth; left += CELL_WIDTH) {
        int w = Math.min(CELL_WIDTH, areaWidth - left);
        look(colours, top * areaWidth + left, areaWidth, w, h);
        if (parts > row && joins(parts - 1)) {
          width[parts - 1] += w;
        } else {
          add(left, top, w, h);
        }
      }
      above = joinWithAbove(above, row);
    }
  }

  /** Finds out a cell's kind and its colours. */
  private void look(int[] colours, int from, int stride, int w, int h) {
    int a = colours[from];
    int b = a;
    for (int row = 0, start = from; row < h; row++, start += stride) {
      for (int i = start; i < start + w; i++) {
        int colour = colours[i];
        if (colour != a && colour != b) {
          if (a != b) {
            boolean photo = PhotoDetector.isPhotoCell(colours, from, stride, w, h);
            cellKind = photo ? PHOTO : COLOURS;
            return;
          }
          b = colour;
        }
      }
    }
    cellKind = TWO_COLOURS;
    cellFirst = a;
    cellSecond = b;
  }

  /** Joins the cell's colours with a part's if their kinds agree. */
  private boolean joins(int part) {
    return kind[part] == cellKind
        && (cellKind != TWO_COLOURS || joinColours(part, cellFirst, cellSecond));
  }

  private boolean joinColours(int part, int a, int b) {
    int own = first[part];
    int other = second[part];
    if (a != own && a != other) {
      if (own != other) {
        return false;
      }
      other = a;
    }
    if (b != own && b != other) {
      if (own != other) {
        return false;
      }
      other = b;
    }
    second[part] = other;
    return true;
  }

  /**
   * Joins each part of the last row of cells with the part above it if it can be.
   *
   * @param above the first part that may reach down to the row
   * @param row the row's first part
   * @return the first part that may reach down to the next row
   */
  private int joinWithAbove(int above, int row) {
    int kept = row;
    int lowest = row;
    for (int part = row; part < parts; part++) {
      int onto = find(above, row, part);
      if (onto >= 0) {
        height[onto] += height[part];
        lowest = Math.min(lowest, onto);
      } else {
        move(part, kept++);
      }
    }
    parts = kept;
    return lowest;
  }

  private int find(int from, int to, int part) {
    for (int i = from; i < to; i++) {
      if (x[i] == x[part]
          && width[i] == width[part]
          && kind[i] == kind[part]
          && y[i] + height[i] == y[part]
          && (kind[i] != TWO_COLOURS || joinColours(i, first[part], second[part]))) {
        return i;
      }
    }
    return -1;
  }

  private void move(int part, int to) {
    x[to] = x[part];
    y[to] = y[part];
    width[to] = width[part];
    height[to] = height[part];
    kind[to] = kind[part];
    first[to] = first[part];
    second[to] = second[part];
  }

  private void add(int left, int top, int w, int h) {
    if (parts == x.length) {
      int room = 2 * parts;
      x = Arrays.copyOf(x, room);
      y = Arrays.copyOf(y, room);
      width = Arrays.copyOf(width, room);
      height = Arrays.copyOf(height, room);
      kind = Arrays.copyOf(kind, room);
      first = Arrays.copyOf(first, room);
      second = Arrays.copyOf(second, room);
    }
    x[parts] = left;
    y[parts] = top;
    width[parts] = w;
    height[parts] = h;
    kind[parts] = cellKind;
    first[parts] = cellFirst;
    second[parts] = cellSecond;
    parts++;
  }
}
