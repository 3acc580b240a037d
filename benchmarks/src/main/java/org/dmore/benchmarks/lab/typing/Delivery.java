package org.dmore.benchmarks.lab.typing;

import java.util.ArrayList;
import java.util.BitSet;
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
    int[] places = Alignment.of(sent, seen);
    List<T> surplus = new ArrayList<>();
    BitSet arrived = new BitSet(sent.size());
    for (int i = 0; i < places.length; i++) {
      if (places[i] == Alignment.NONE) {
        surplus.add(seen.get(i));
      } else {
        arrived.set(places[i]);
      }
    }
    List<T> missing = new ArrayList<>();
    for (int i = arrived.nextClearBit(0); i < sent.size(); i = arrived.nextClearBit(i + 1)) {
      missing.add(sent.get(i));
    }
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
}
