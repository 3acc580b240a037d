package org.dmore.benchmarks.continuity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * All moves of one way.
 *
 * @param way how the console was served
 * @param moves one for each move, in order; at least one
 */
public record WayResult(Way way, List<MoveResult> moves) {
  /** Copies. */
  public WayResult {
    moves = List.copyOf(moves);
    if (moves.isEmpty()) {
      throw new IllegalArgumentException("no moves of " + way.subject());
    }
  }

  /** A figure summed up over the moves. */
  public double sum(ToDoubleFunction<MoveResult> figure) {
    return moves.stream().mapToDouble(figure).sum();
  }

  /** The median over the moves. */
  public double median(ToDoubleFunction<MoveResult> figure) {
    double[] sorted = moves.stream().mapToDouble(figure).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The worst of the moves: the greatest. */
  public double worst(ToDoubleFunction<MoveResult> figure) {
    return moves.stream().mapToDouble(figure).max().orElseThrow();
  }

  /** Whether every key of every move arrived, once and in order, over one connection. */
  public boolean isExact() {
    return moves.stream().allMatch(MoveResult::isExact);
  }

  /** Whether dmore's receipts came with the moves. */
  public boolean hasReceipts() {
    return moves.stream().allMatch(move -> move.times().pair().isPresent());
  }

  /** A time in milliseconds. */
  public static ToDoubleFunction<MoveResult> millis(Function<MoveResult, Duration> time) {
    return move -> time.apply(move).toNanos() / 1e6;
  }

  /** A figure of dmore's receipts. */
  public static ToDoubleFunction<MoveResult> ofPair(ToDoubleFunction<MoveTimes.PairTimes> figure) {
    return move -> figure.applyAsDouble(move.times().pair().orElseThrow());
  }

  /** The first move that was not exact, in words; empty if all were. */
  public Optional<String> firstFailure() {
    return moves.stream()
        .filter(move -> !move.isExact())
        .findFirst()
        .map(
            move ->
                "move=%d %s cut-connections=%d receipt-exact=%s"
                    .formatted(
                        moves.indexOf(move) + 1,
                        move.delivery(),
                        move.cuts(),
                        move.times().pair().map(pair -> pair.exact() + "").orElse("-")));
  }
}
