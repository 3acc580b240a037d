package org.dmore.rfb.picture;

import java.util.ArrayList;
import java.util.List;
import org.dmore.rfb.protocol.Rectangle;

/**
 * What the desktop has reported and was not compared yet. Its lock is held for no longer than a few
 * instructions and never while the desktop is called, since the desktop reports from within its own
 * locks.
 */
final class Pending {
  /** Pixels of a report that is looked at before all others: a key's echo, a cursor. */
  static final int SMALL = 1 << 14;

  private static final int MAX_HINTS = 16;
  private static final int MAX_EDGE = 0xffff;

  private final Region small = new Region();
  private final Region large = new Region();
  private final List<Move> hints = new ArrayList<>();
  private boolean resized;
  private boolean compared;

  /** Whether reports are kept here; if not, they go to the viewers as they are. */
  synchronized void compare(boolean on) {
    compared = on;
    if (!on) {
      clear();
    }
  }

  /** Returns false if reports are not kept here. */
  synchronized boolean damaged(int x, int y, int width, int height) {
    if (!compared) {
      return false;
    }
    // Clipped in 64 bits: an embedder may say "everything" with large numbers.
    int x1 = Math.max(0, x);
    int y1 = Math.max(0, y);
    int x2 = (int) Math.max(0, Math.min((long) x + width, MAX_EDGE));
    int y2 = (int) Math.max(0, Math.min((long) y + height, MAX_EDGE));
    if (x1 < x2 && y1 < y2) {
      boolean isSmall = (long) (x2 - x1) * (y2 - y1) <= SMALL;
      (isSmall ? small : large).add(x1, y1, x2, y2);
    }
    return true;
  }

  /**
   * As {@link #damaged}, with a hint where the new pixels come from. It is kept if the source held
   * no news when it was copied: else the copy of the picture would not be like it.
   */
  synchronized boolean copied(Move move) {
    Rectangle to = move.target();
    int x2 = move.sourceX() + to.width();
    int y2 = move.sourceY() + to.height();
    if (compared
        && hints.size() < MAX_HINTS
        && !small.intersects(move.sourceX(), move.sourceY(), x2, y2)
        && !large.intersects(move.sourceX(), move.sourceY(), x2, y2)) {
      hints.add(move);
    }
    return damaged(to.x(), to.y(), to.width(), to.height());
  }

  synchronized void resized() {
    resized = true;
  }

  /** Takes the news that the size has changed; what was reported before it no longer counts. */
  synchronized boolean takeResized() {
    if (!resized) {
      return false;
    }
    resized = false;
    clear();
    return true;
  }

  synchronized boolean isEmpty() {
    return !resized && small.isEmpty() && large.isEmpty();
  }

  /** Moves the small reports to the caller; none if there are so many that they are not small. */
  synchronized void takeSmall(Region target) {
    if (small.area() <= 2 * SMALL && hints.isEmpty()) {
      target.add(small);
      small.clear();
    }
  }

  /** Pixels that are to be compared. */
  synchronized long area() {
    return small.area() + large.area();
  }

  /** Moves all reports to the caller. */
  synchronized void take(Region targetSmall, Region targetLarge, List<Move> targetHints) {
    targetSmall.add(small);
    targetLarge.add(large);
    targetHints.addAll(hints);
    clear();
  }

  /** Gives back what could not be compared. */
  synchronized void giveBack(Region region) {
    large.add(region);
  }

  private void clear() {
    small.clear();
    large.clear();
    hints.clear();
  }
}
