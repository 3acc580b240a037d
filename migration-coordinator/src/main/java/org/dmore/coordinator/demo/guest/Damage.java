package org.dmore.coordinator.demo.guest;

/**
 * Collects the runs of cells that were drawn, row by row from the top, into few rectangles.
 *
 * <p>Each rectangle costs the console's server a message and an encoder's set-up, each needless
 * cell only a comparison of pixels. So runs close to each other in a row become one, and a run
 * joins the rectangle that ends just above it if at least half of the result was drawn. A change
 * that is scattered all the same, as when unlike lines scroll, is reported more coarsely.
 */
final class Damage {
  private static final int GAP = 8;
  private static final int LIMIT = 16;

  private final int[] left = new int[LIMIT];
  private final int[] top = new int[LIMIT];
  private final int[] right = new int[LIMIT];
  private final int[] bottom = new int[LIMIT];
  private final int[] drawn = new int[LIMIT];
  private int size;

  private int runRow = -1;
  private int runLeft;
  private int runRight;
  private int runDrawn;

  /** Adds cells {@code from} to {@code to} (exclusive) of a row, not above or left of the last. */
  void add(int row, int from, int to) {
    if (row == runRow && from - runRight <= GAP) {
      runRight = to;
      runDrawn += to - from;
      return;
    }
    endRun();
    runRow = row;
    runLeft = from;
    runRight = to;
    runDrawn = to - from;
  }

  private void endRun() {
    if (runRow < 0) {
      return;
    }
    for (int i = size - 1; i >= 0; i--) {
      if (bottom[i] == runRow && worthJoining(i)) {
        join(i);
        return;
      }
    }
    if (size == LIMIT) {
      join(cheapest());
      return;
    }
    left[size] = runLeft;
    top[size] = runRow;
    right[size] = runRight;
    bottom[size] = runRow + 1;
    drawn[size] = runDrawn;
    size++;
  }

  private boolean worthJoining(int i) {
    return joinedArea(i) <= 2 * (drawn[i] + runDrawn);
  }

  /** Returns the rectangle that grows least by taking the run in. */
  private int cheapest() {
    int best = 0;
    int bestGrowth = Integer.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      int growth = joinedArea(i) - (right[i] - left[i]) * (bottom[i] - top[i]);
      if (growth < bestGrowth) {
        best = i;
        bestGrowth = growth;
      }
    }
    return best;
  }

  private int joinedArea(int i) {
    int width = Math.max(right[i], runRight) - Math.min(left[i], runLeft);
    return width * (runRow + 1 - top[i]);
  }

  private void join(int i) {
    left[i] = Math.min(left[i], runLeft);
    right[i] = Math.max(right[i], runRight);
    bottom[i] = runRow + 1;
    drawn[i] += runDrawn;
  }

  /** Reports all that was added, and forgets it. */
  void flush(PixelSurface surface) {
    endRun();
    for (int i = 0; i < size; i++) {
      surface.flush(
          left[i] * ConsoleFont.WIDTH,
          top[i] * ConsoleFont.HEIGHT,
          (right[i] - left[i]) * ConsoleFont.WIDTH,
          (bottom[i] - top[i]) * ConsoleFont.HEIGHT);
    }
    clear();
  }

  void clear() {
    runRow = -1;
    size = 0;
  }
}
