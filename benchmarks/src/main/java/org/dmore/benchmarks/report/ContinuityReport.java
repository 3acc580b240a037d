package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.dmore.benchmarks.continuity.MoveResult;
import org.dmore.benchmarks.continuity.MoveTimes.PairTimes;
import org.dmore.benchmarks.continuity.WayResult;

/**
 * The result of {@code dmore bench continuity}.
 *
 * @param ways the ways of serving a console, in the order in which they are shown
 */
public record ContinuityReport(List<WayResult> ways, Machine machine) {
  private static final String SITUATION = "live migration";
  private static final String NOT_MEASURED = "-";

  private static final ToDoubleFunction<MoveResult> TYPED = MoveResult::typed;
  private static final ToDoubleFunction<MoveResult> LOST = MoveResult::lost;
  private static final ToDoubleFunction<MoveResult> DOUBLED = MoveResult::doubled;
  private static final ToDoubleFunction<MoveResult> MOVED = MoveResult::moved;
  private static final ToDoubleFunction<MoveResult> CUTS = MoveResult::cuts;
  private static final ToDoubleFunction<MoveResult> STALL = WayResult.millis(MoveResult::stall);
  private static final ToDoubleFunction<MoveResult> DOM_U =
      WayResult.millis(move -> move.times().domU());
  private static final ToDoubleFunction<MoveResult> DOM_R =
      WayResult.ofPair(pair -> pair.domR().toNanos() / 1e6);
  private static final ToDoubleFunction<MoveResult> HOLD =
      WayResult.ofPair(pair -> pair.hold().toNanos() / 1e6);
  private static final ToDoubleFunction<MoveResult> HELD = WayResult.ofPair(PairTimes::held);

  /** The whole report in Markdown. */
  public String markdown() {
    List<String> head = new ArrayList<>(List.of("what"));
    ways.forEach(way -> head.add(way.way().subject()));
    TextTable table = new TextTable(head);
    row(table, "moves", way -> count(way.moves().size()));
    row(table, "keys typed, presses and releases", way -> count(way.sum(TYPED)));
    row(table, "connections cut", way -> count(way.sum(CUTS)));
    row(table, "keys lost", way -> count(way.sum(LOST)));
    row(table, "keys lost in a move, median / worst", way -> counts(way, LOST));
    row(table, "keys doubled", way -> count(way.sum(DOUBLED)));
    row(table, "keys doubled in a move, median / worst", way -> counts(way, DOUBLED));
    row(table, "keys out of place", way -> count(way.sum(MOVED)));
    row(table, "keys out of place in a move, median / worst", way -> counts(way, MOVED));
    row(table, "client stall, ms, median / worst", way -> millis(way, STALL));
    row(table, "hold, ms, median / worst", way -> ofReceipts(way, () -> millis(way, HOLD)));
    row(table, "keys held, median / worst", way -> ofReceipts(way, () -> counts(way, HELD)));
    row(table, "downtime of DomU, ms, median / worst", way -> millis(way, DOM_U));
    row(
        table,
        "downtime of DomR, ms, median / worst",
        way -> ofReceipts(way, () -> millis(way, DOM_R)));
    return table.markdown() + "\n" + machine.markdown();
  }

  /** The same as raw figures. */
  public ResultFile resultFile() {
    List<ResultFile.Row> rows =
        ways.stream()
            .map(way -> ResultFile.Row.of(way.way().subject(), SITUATION, figures(way)))
            .toList();
    return new ResultFile("continuity", machine, new TreeMap<>(), rows);
  }

  private static Map<String, Double> figures(WayResult way) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("moves", (double) way.moves().size());
    figures.put("typed_keys", way.sum(TYPED));
    figures.put("cut_connections", way.sum(CUTS));
    figures.put("lost_keys", way.sum(LOST));
    figures.put("doubled_keys", way.sum(DOUBLED));
    figures.put("moved_keys", way.sum(MOVED));
    figures.put("stall_p50_ms", way.median(STALL));
    figures.put("stall_max_ms", way.worst(STALL));
    figures.put("domu_downtime_p50_ms", way.median(DOM_U));
    if (way.hasReceipts()) {
      figures.put("hold_p50_ms", way.median(HOLD));
      figures.put("held_p50_keys", way.median(HELD));
      figures.put("domr_downtime_p50_ms", way.median(DOM_R));
    }
    return figures;
  }

  private void row(TextTable table, String what, Function<WayResult, String> cell) {
    List<String> cells = new ArrayList<>(List.of(what));
    ways.forEach(way -> cells.add(cell.apply(way)));
    table.add(cells);
  }

  private static String ofReceipts(WayResult way, Supplier<String> cell) {
    return way.hasReceipts() ? cell.get() : NOT_MEASURED;
  }

  private static String count(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String counts(WayResult way, ToDoubleFunction<MoveResult> figure) {
    double median = way.median(figure);
    String shown =
        String.format(Locale.ROOT, median == Math.rint(median) ? "%.0f" : "%.1f", median);
    return shown + " / " + count(way.worst(figure));
  }

  private static String millis(WayResult way, ToDoubleFunction<MoveResult> figure) {
    return String.format(Locale.ROOT, "%.0f / %.0f", way.median(figure), way.worst(figure));
  }
}
