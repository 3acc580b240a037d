package org.dmore.rfb.picture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.dmore.rfb.protocol.Rectangle;

/**
 * One comparison of all that was reported, in slices: the desktop's hints are followed, moves are
 * looked for, then every reported pixel is compared, the moves' targets included.
 *
 * <p>Used by who holds the picture's comparing lock.
 */
final class Pass {
  private enum Phase {
    HINTS,
    ROWS,
    COLUMNS,
    MOVES,
    COMPARE
  }

  private final Frame frame;
  private final Region small = new Region();
  private final Region left = new Region();
  private final boolean anySmall;
  private final List<Move> hints = new ArrayList<>();

  /** Moves that were found and are not made. */
  private final Deque<Move> found = new ArrayDeque<>();

  /** What the next of them changes, once that is known. */
  private Optional<Region> changed = Optional.empty();

  private final boolean movesWanted;
  private Phase phase = Phase.HINTS;
  private boolean looking;

  Pass(Frame frame, Pending pending, boolean movesWanted) {
    this.frame = frame;
    this.movesWanted = movesWanted;
    Region reported = new Region();
    Region reportedSmall = new Region();
    pending.take(reportedSmall, reported, hints);
    reportedSmall.moveWithin(0, 0, frame.width(), frame.height(), small);
    reported.moveWithin(0, 0, frame.width(), frame.height(), left);
    anySmall = !small.isEmpty();
  }

  /** What is not compared yet. */
  Region left() {
    left.add(small);
    return left;
  }

  /** Whether there were small reports, and they are dealt with. */
  boolean smallIsCompared() {
    return anySmall && small.isEmpty();
  }

  /** Whether no more moves will be found. */
  boolean isComparing() {
    return phase == Phase.COMPARE;
  }

  /** Works off about {@link Picture#SLICE} pixels; returns whether nothing is left. */
  boolean step(Picture picture, Comparison comparison, MoveFinder moves) {
    long budget = Picture.SLICE;
    if (phase == Phase.HINTS) {
      followHints(picture);
      look(Phase.ROWS, comparison, moves);
    }
    if (phase == Phase.MOVES) {
      moveOn(picture);
      if (found.isEmpty()) {
        look(Phase.COMPARE, comparison, moves);
      }
      return false;
    }
    while (phase != Phase.COMPARE) {
      budget -= moves.hash(frame, comparison, budget);
      if (!moves.isHashed() || budget <= 0) {
        return false; // a search takes as long as a slice
      }
      found.addAll(moves.find());
      if (!found.isEmpty()) {
        phase = Phase.MOVES;
        return false;
      }
      look(phase == Phase.ROWS ? Phase.COLUMNS : Phase.COMPARE, comparison, moves);
    }
    budget = compare(picture, small, budget);
    compare(picture, left, budget);
    return small.isEmpty() && left.isEmpty();
  }

  /** One half of a move: to compare all of it takes as long as a slice, and so does to copy it. */
  private void moveOn(Picture picture) {
    Move move = found.element();
    if (changed.isEmpty()) {
      changed = Optional.of(picture.changedBy(frame, move));
      return;
    }
    picture.move(frame, move, changed.get());
    changed = Optional.empty();
    found.remove();
    // What encloses the reports holds pixels that were not reported and so stand still.
    Rectangle to = move.target();
    left.add(to.x(), to.y(), to.x() + to.width(), to.y() + to.height());
  }

  private long compare(Picture picture, Region region, long atMost) {
    long budget = atMost;
    while (!region.isEmpty() && budget > 0) {
      Rectangle r = region.get(0);
      int rows = (int) Math.min(r.height(), rows(budget, r.width()));
      picture.compare(frame, r.x(), r.y(), r.width(), rows);
      region.subtract(r.x(), r.y(), r.x() + r.width(), r.y() + rows);
      budget -= (long) r.width() * rows;
    }
    return budget;
  }

  private static long rows(long budget, int width) {
    return Math.max(1, budget / width / Comparison.ROWS) * Comparison.ROWS;
  }

  private void followHints(Picture picture) {
    for (Move hint : hints) {
      if (hint.isWithin(frame.width(), frame.height())) {
        picture.move(frame, hint, picture.changedBy(frame, hint));
      }
    }
  }

  private void look(Phase next, Comparison comparison, MoveFinder moves) {
    phase = next;
    if (next == Phase.COMPARE) {
      if (looking) {
        moves.end();
      }
      return;
    }
    if (next == Phase.ROWS) {
      looking =
          movesWanted && hints.isEmpty() && moves.isWorthwhile(frame, comparison, mostOf(left));
    }
    if (looking) {
      moves.begin(mostOf(left), next == Phase.ROWS);
    } else {
      phase = Phase.COMPARE;
    }
  }

  /** What encloses all, or, where that is mostly other pixels, the largest part. */
  private static Rectangle mostOf(Region region) {
    Rectangle largest = new Rectangle(0, 0, 0, 0);
    int x1 = 0xffff;
    int y1 = 0xffff;
    int x2 = 0;
    int y2 = 0;
    for (int i = 0; i < region.size(); i++) {
      Rectangle r = region.get(i);
      if ((long) r.width() * r.height() > (long) largest.width() * largest.height()) {
        largest = r;
      }
      x1 = Math.min(x1, r.x());
      y1 = Math.min(y1, r.y());
      x2 = Math.max(x2, r.x() + r.width());
      y2 = Math.max(y2, r.y() + r.height());
    }
    boolean dense = !region.isEmpty() && (long) (x2 - x1) * (y2 - y1) <= 2 * region.area();
    return dense ? new Rectangle(x1, y1, x2 - x1, y2 - y1) : largest;
  }
}
