package org.dmore.benchmarks.lab.typing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a sequence of events: sent on one side, seen on the other.
 *
 * <p>The two are aligned by their longest common subsequence. What stands beside it on both sides
 * has changed its place; on the sent side alone it is lost; on the seen side alone it is doubled,
 * if it was sent at all, or else foreign.
 *
 * @param sent how many were sent
 * @param seen how many were seen
 * @param lost were sent and not seen
 * @param doubled were seen more often than they were sent
 * @param moved were seen in another place
 * @param foreign were seen and never sent
 * @param firstDifference where the two part, with what stands there; empty if they do not
 */
public record Delivery(
    int sent,
    int seen,
    int lost,
    int doubled,
    int moved,
    int foreign,
    Optional<String> firstDifference) {

  /** Events shown before and after a difference. */
  private static final int CONTEXT = 6;

  /** A table of this many bytes is the most that an alignment takes. */
  private static final long MAX_CELLS = 64L << 20;

  private static final byte BOTH = 0;
  private static final byte SENT_ALONE = 1;
  private static final byte SEEN_ALONE = 2;

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if the two differ over so long a stretch that it cannot be
   *     said what became of which; they are not the same then
   */
  public static <T> Delivery of(List<T> sent, List<T> seen) {
    int common = 0;
    int shorter = Math.min(sent.size(), seen.size());
    while (common < shorter && Objects.equals(sent.get(common), seen.get(common))) {
      common++;
    }
    if (common == sent.size() && common == seen.size()) {
      return new Delivery(common, common, 0, 0, 0, 0, Optional.empty());
    }
    int tail = 0;
    while (tail < shorter - common
        && Objects.equals(sent.get(sent.size() - 1 - tail), seen.get(seen.size() - 1 - tail))) {
      tail++;
    }
    List<T> missing = new ArrayList<>();
    List<T> surplus = new ArrayList<>();
    align(
        sent.subList(common, sent.size() - tail),
        seen.subList(common, seen.size() - tail),
        missing,
        surplus);
    return classify(sent, seen, common, missing, surplus);
  }

  /** Whether what was seen is what was sent. */
  public boolean isExact() {
    return firstDifference.isEmpty();
  }

  @Override
  public String toString() {
    return "sent=%d seen=%d lost=%d doubled=%d moved=%d foreign=%d%s"
        .formatted(
            sent,
            seen,
            lost,
            doubled,
            moved,
            foreign,
            firstDifference.map(text -> " first-difference=" + text).orElse(""));
  }

  private static <T> Delivery classify(
      List<T> sent, List<T> seen, int at, List<T> missing, List<T> surplus) {
    Set<T> known = new HashSet<>(sent);
    int moved = 0;
    int doubled = 0;
    int foreign = 0;
    for (T event : surplus) {
      if (missing.remove(event)) {
        moved++;
      } else if (known.contains(event)) {
        doubled++;
      } else {
        foreign++;
      }
    }
    String difference =
        "at event %d: sent %s, seen %s".formatted(at, around(sent, at), around(seen, at));
    return new Delivery(
        sent.size(), seen.size(), missing.size(), doubled, moved, foreign, Optional.of(difference));
  }

  private static <T> String around(List<T> events, int at) {
    int from = Math.max(0, at - CONTEXT);
    int to = Math.min(events.size(), at + CONTEXT);
    return events.subList(from, at) + " then " + events.subList(at, Math.max(at, to));
  }

  private static <T> void align(List<T> sent, List<T> seen, List<T> missing, List<T> surplus) {
    int columns = seen.size() + 1;
    if ((sent.size() + 1L) * columns > MAX_CELLS) {
      throw new IllegalArgumentException(
          "stretches of %d and %d events differ".formatted(sent.size(), seen.size()));
    }
    // How long the common subsequence of what follows is: for one row, and for the one below.
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
    int i = 0;
    int j = 0;
    while (i < sent.size() && j < seen.size()) {
      switch (steps[i * columns + j]) {
        case BOTH -> {
          i++;
          j++;
        }
        case SENT_ALONE -> missing.add(sent.get(i++));
        default -> surplus.add(seen.get(j++));
      }
    }
    missing.addAll(sent.subList(i, sent.size()));
    surplus.addAll(seen.subList(j, seen.size()));
  }
}
