package org.dmore.benchmarks.lab.typing;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Which of the events that were sent each event is that was seen, by the longest common subsequence
 * of the two.
 */
public final class Alignment {
  /** The place of an event that is none of those that were sent, or one of them once more. */
  public static final int NONE = -1;

  /** A table of this many bytes is the most that an alignment takes. */
  private static final long MAX_CELLS = 64L << 20;

  private static final byte BOTH = 0;
  private static final byte SENT_ALONE = 1;
  private static final byte SEEN_ALONE = 2;

  private Alignment() {}

  /**
   * Aligns.
   *
   * @return for each event that was seen its place among those that were sent, which only rises; or
   *     {@link #NONE}
   * @throws IllegalArgumentException if the two differ over so long a stretch that it cannot be
   *     said what became of which; they are not the same then
   */
  public static <T> int[] of(List<T> sent, List<T> seen) {
    int[] places = new int[seen.size()];
    Arrays.fill(places, NONE);
    int head = 0;
    int shorter = Math.min(sent.size(), seen.size());
    while (head < shorter && Objects.equals(sent.get(head), seen.get(head))) {
      places[head] = head;
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && Objects.equals(sent.get(sent.size() - 1 - tail), seen.get(seen.size() - 1 - tail))) {
      tail++;
      places[seen.size() - tail] = sent.size() - tail;
    }
    align(
        sent.subList(head, sent.size() - tail),
        seen.subList(head, seen.size() - tail),
        head,
        places);
    return places;
  }

  private static <T> void align(List<T> sent, List<T> seen, int offset, int[] places) {
    int columns = seen.size() + 1;
    if ((sent.size() + 1L) * columns > MAX_CELLS) {
      throw new IllegalArgumentException(
          "stretches of %d and %d events differ".formatted(sent.size(), seen.size()));
    }
    byte[] steps = steps(sent, seen, columns);
    int i = 0;
    int j = 0;
    while (i < sent.size() && j < seen.size()) {
      switch (steps[i * columns + j]) {
        case BOTH -> places[offset + j++] = offset + i++;
        case SENT_ALONE -> i++;
        default -> j++;
      }
    }
  }

  /** What to do at each place of both, for the longest common subsequence of what follows. */
  private static <T> byte[] steps(List<T> sent, List<T> seen, int columns) {
    // How long that subsequence is: for one row, and for the one below.
    int[] below = new int[columns];
    int[] row = new int[columns];
    byte[] steps = new byte[(sent.size() + 1) * columns];
    for (int i = sent.size() - 1; i >= 0; i--) {
      for (int j = seen.size() - 1; j >= 0; j--) {
        byte step;
        if (Objects.equals(sent.get(i), seen.get(j))) {
          row[j] = below[j + 1] + 1;
          step = BOTH;
        } else if (below[j] >= row[j + 1]) {
          row[j] = below[j];
          step = SENT_ALONE;
        } else {
          row[j] = row[j + 1];
          step = SEEN_ALONE;
        }
        steps[i * columns + j] = step;
      }
      int[] spare = below;
      below = row;
      row = spare;
    }
    return steps;
  }
}
