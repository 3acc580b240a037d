package org.dmore.rfb.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Finds how far the content of an area has moved up or down, or to a side: a scrolled console, a
 * dragged window.
 *
 * <p>The area is cut into bands of {@value #BAND} pixels across the direction of movement, so that
 * what stands still beside a scrolled window does no harm. In each band each line (a row of the
 * band, for vertical moves) is hashed, as it is in the frame and as it is on the desktop. A line
 * that changed, and whose hash stood at one place alone before, votes for its distance from there;
 * blank and repeated lines have no vote. For the distance with most votes each line is rated: it
 * counts for the move if it came by it, and against it if it stands right as it is and the move
 * would spoil it. The stretch of lines that rates best, over neighbouring bands together, is the
 * move.
 *
 * <p>All of it may be wrong: hashes collide, and the desktop may change between two reads. The
 * picture compares the outcome, so hashes are fast ones, and no one gains anything by making them
 * collide. What is looked at in vain (a video) is not looked at each time.
 *
 * <p>Used by who holds the picture's comparing lock; its memory is 16 bytes for each {@value #BAND}
 * pixels of the area, kept.
 */
final class MoveFinder {
  private static final int BAND = 32;

  /** Area from which a move is worth the look. */
  private static final int MIN_AREA = 1 << 14;

  private static final int MIN_SIDE = 2 * BAND;

  /** Lines that vote, and lines of a band that are gained, at least. */
  private static final int MIN_LINES = 12;

  /** Pixels that a move must save: CopyRect itself costs 16 bytes and the client a copy. */
  private static final int MIN_GAIN = 2048;

  private static final int MAX_MOVES = 4;

  /** Of the rows looked at, one in so many must differ. */
  private static final int CHANGED_SHARE = 8;

  private static final int SAMPLE_ROWS = 8;

  /** After failures in a row, up to so many looks are left out: all but one of 16. */
  private static final int MAX_DOUBLINGS = 4;

  /** What pixels are weighed with, by their place in a band; odd, so that each bit counts. */
  private static final long[] WEIGHTS =
      new SplittableRandom(BAND).longs(BAND).map(w -> w | 1).toArray();

  /** As bad as a line can be: it cannot come from outside the area. */
  private static final int IMPOSSIBLE = -(1 << 20);

  private Rectangle area = new Rectangle(0, 0, 0, 0);
  private boolean vertical;
  private int lines;
  private int bands;
  private int nextRow;
  private int failures;
  private int skipped;
  private boolean success;

  /** Hashes by band and line. */
  private long[] before = new long[0];

  private long[] after = new long[0];
  private int[] votes = new int[0];
  private int[] table = new int[0];
  private int[] rating = new int[0];

  private record Stretch(int firstBand, int lastBand, int from, int to, int gain) {}

  /** Whether so much has changed that it is time for a look. */
  boolean isWorthwhile(Frame frame, Comparison comparison, Rectangle where) {
    if (where.width() < MIN_SIDE
        || where.height() < MIN_SIDE
        || where.width() * (long) where.height() < MIN_AREA
        || !muchChanged(frame, comparison, where)) {
      return false;
    }
    // One failure is chance; a second one is followed by 1, the next by 3 looks left out.
    if (failures > 1 && skipped < (1 << (failures - 1)) - 1) {
      skipped++;
      return false;
    }
    skipped = 0;
    success = false;
    return true;
  }

  private static boolean muchChanged(Frame frame, Comparison comparison, Rectangle where) {
    int looked = 0;
    int changed = 0;
    int right = where.x() + where.width();
    for (int y = where.y(); y < where.y() + where.height(); y += SAMPLE_ROWS) {
      int[] row = comparison.read(where.x(), y, where.width(), 1);
      int at = y * frame.width();
      looked++;
      if (!Arrays.equals(row, 0, where.width(), frame.pixels(), at + where.x(), at + right)) {
        changed++;
      }
    }
    return changed * CHANGED_SHARE >= looked;
  }

  /** Looks for moves within an area of the frame. */
  void begin(Rectangle where, boolean upAndDown) {
    area = where;
    vertical = upAndDown;
    lines = vertical ? where.height() : where.width();
    bands = ((vertical ? where.width() : where.height()) + BAND - 1) / BAND;
    nextRow = 0;
    int count = lines * bands;
    if (before.length < count) {
      before = new long[count];
      after = new long[count];
    }
    Arrays.fill(before, 0, count, 0);
    Arrays.fill(after, 0, count, 0);
  }

  /** Takes note of whether the look was worth it. */
  void end() {
    failures = success ? 0 : Math.min(MAX_DOUBLINGS + 1, failures + 1);
  }

  /** Hashes about so many pixels; returns how many. */
  long hash(Frame frame, Comparison comparison, long budget) {
    int width = area.width();
    int at = nextRow;
    int stripRows = Math.max(1, Comparison.ROWS * Comparison.COLUMNS / width);
    long done = 0;
    while (at < area.height() && (done == 0 || done < budget)) {
      int rows = Math.min(stripRows, area.height() - at);
      int[] strip = comparison.read(area.x(), area.y() + at, width, rows);
      for (int i = 0; i < rows; i++) {
        int from = (area.y() + at + i) * frame.width() + area.x();
        hashRow(frame.pixels(), from, before, at + i);
        hashRow(strip, i * width, after, at + i);
      }
      at += rows;
      done += (long) rows * width;
    }
    nextRow = at;
    return done;
  }

  boolean isHashed() {
    return nextRow == area.height();
  }

  private void hashRow(int[] pixels, int from, long[] hashes, int row) {
    int width = area.width();
    if (vertical) {
      int at = row;
      for (int x = 0; x < width; x += BAND) {
        hashes[at] = hash(pixels, from + x, Math.min(BAND, width - x));
        at += lines;
      }
    } else {
      int at = row / BAND * lines;
      long weight = WEIGHTS[row % BAND];
      for (int x = 0; x < width; x++) {
        hashes[at + x] += pixels[from + x] * weight;
      }
    }
  }

  /** A weighted sum, and as four of them: a processor multiplies several at a time. */
  private static long hash(int[] pixels, int from, int count) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    int i = 0;
    for (; i < count - 3; i += 4) {
      a += pixels[from + i] * WEIGHTS[i];
      b += pixels[from + i + 1] * WEIGHTS[i + 1];
      c += pixels[from + i + 2] * WEIGHTS[i + 2];
      d += pixels[from + i + 3] * WEIGHTS[i + 3];
    }
    for (; i < count; i++) {
      a += pixels[from + i] * WEIGHTS[i];
    }
    return a + b + c + d;
  }

  /** The moves that were found, each on its own right however the others are. */
  List<Move> find() {
    int distance = mostVoted();
    if (distance == 0) {
      return List.of();
    }
    List<Stretch> stretches = stretches(distance);
    stretches.sort((a, b) -> Integer.compare(b.gain(), a.gain()));
    List<Move> moves = new ArrayList<>();
    for (Stretch stretch : stretches) {
      if (moves.size() < MAX_MOVES && stretch.gain() * BAND >= MIN_GAIN) {
        moves.add(move(stretch, distance));
      }
    }
    success |= !moves.isEmpty();
    return moves;
  }

  private Move move(Stretch stretch, int distance) {
    int across = stretch.firstBand() * BAND;
    int thick =
        Math.min((stretch.lastBand() + 1) * BAND, vertical ? area.width() : area.height()) - across;
    int along = stretch.from();
    int length = stretch.to() - stretch.from();
    if (vertical) {
      int x = area.x() + across;
      int y = area.y() + along;
      return new Move(x, y - distance, new Rectangle(x, y, thick, length));
    }
    int x = area.x() + along;
    int y = area.y() + across;
    return new Move(x - distance, y, new Rectangle(x, y, length, thick));
  }

  /** How far most lines have moved; 0 if too few have. */
  private int mostVoted() {
    int size = Integer.highestOneBit(Math.max(8, lines) * 4 - 1);
    if (table.length < size) {
      table = new int[size];
    }
    if (votes.length < 2 * lines) {
      votes = new int[2 * lines];
    }
    Arrays.fill(votes, 0, 2 * lines, 0);
    for (int band = 0; band < bands; band++) {
      vote(band * lines, size - 1);
    }
    int best = lines;
    for (int i = 1; i < 2 * lines; i++) {
      if (votes[i] > votes[best]) {
        best = i;
      }
    }
    return votes[best] >= MIN_LINES ? best - lines : 0;
  }

  /** An open table of a band's lines: 1 + line, negative where several lines are alike. */
  private void vote(int base, int mask) {
    boolean anyChanged = false;
    for (int line = 0; line < lines && !anyChanged; line++) {
      anyChanged = before[base + line] != after[base + line];
    }
    if (!anyChanged) {
      return;
    }
    Arrays.fill(table, 0, mask + 1, 0);
    for (int line = 0; line < lines; line++) {
      int slot = slot(base, before[base + line], mask);
      table[slot] = table[slot] == 0 ? line + 1 : -Math.abs(table[slot]);
    }
    for (int line = 0; line < lines; line++) {
      long hash = after[base + line];
      if (hash != before[base + line]) {
        int found = table[slot(base, hash, mask)];
        if (found > 0) {
          votes[line - (found - 1) + lines]++;
        }
      }
    }
  }

  private int slot(int base, long hash, int mask) {
    int slot = (int) (hash ^ hash >>> 32) & mask;
    while (table[slot] != 0 && before[base + Math.abs(table[slot]) - 1] != hash) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** The stretches to move: one over all bands that gain, or one for each group of them. */
  private List<Stretch> stretches(int distance) {
    List<Stretch> apart = new ArrayList<>();
    int first = -1;
    int last = -1;
    int group = -1;
    for (int band = 0; band <= bands; band++) {
      boolean gains = band < bands && best(band, band, distance).gain() >= MIN_LINES;
      if (gains) {
        first = first < 0 ? band : first;
        group = group < 0 ? band : group;
        last = band;
      } else if (group >= 0) {
        apart.add(best(group, band - 1, distance));
        group = -1;
      }
    }
    if (first < 0) {
      return apart;
    }
    Stretch joined = best(first, last, distance);
    int sum = apart.stream().mapToInt(Stretch::gain).sum();
    if (joined.gain() >= sum - sum / 10) {
      List<Stretch> one = new ArrayList<>();
      one.add(joined);
      return one;
    }
    return apart;
  }

  /** The stretch of lines that gains most in these bands together. */
  private Stretch best(int firstBand, int lastBand, int distance) {
    if (rating.length < lines) {
      rating = new int[lines];
    }
    Arrays.fill(rating, 0, lines, 0);
    for (int band = firstBand; band <= lastBand; band++) {
      int base = band * lines;
      for (int line = 0; line < lines; line++) {
        int source = line - distance;
        if (source < 0 || source >= lines) {
          rating[line] = IMPOSSIBLE;
          continue;
        }
        boolean came = after[base + line] == before[base + source];
        boolean stands = after[base + line] == before[base + line];
        rating[line] += came == stands ? 0 : came ? 1 : -1;
      }
    }
    int bestFrom = 0;
    int bestTo = 0;
    int bestGain = 0;
    int from = 0;
    int gain = 0;
    for (int line = 0; line < lines; line++) {
      gain += rating[line];
      if (gain <= 0) {
        gain = 0;
        from = line + 1;
      } else if (gain > bestGain) {
        bestGain = gain;
        bestFrom = from;
        bestTo = line + 1;
      }
    }
    return new Stretch(firstBand, lastBand, bestFrom, bestTo, bestGain);
  }
}
