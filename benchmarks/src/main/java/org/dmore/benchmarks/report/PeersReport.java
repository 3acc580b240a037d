package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The result of {@code dmore bench peers}: a table in Markdown, whether dmore reached its goals,
 * and how to read both.
 */
public final class PeersReport {
  private static final String OURS = "dmore";
  private static final String NONE = "-";
  private static final String KEY_TO_PIXEL = "key to pixel";
  private static final double PIXEL_P50_GOAL_US = 300;
  private static final double PIXEL_P99_GOAL_US = 1000;

  private static final List<String> HEAD =
      List.of(
          "subject",
          "situation",
          "p50",
          "p90",
          "p99",
          "max",
          "mean",
          "to dmore",
          "CPU s a 1000 keys");

  private static final String LEGEND =
      """
      Times in microseconds. key: from the client's write of a key event to the arrival of the
      application's answer, one byte through a pipe. key to pixel: to the end of the update that shows
      what the application drew. "to dmore" is the ratio of medians. CPU is that of the server and its
      application, counted in steps of 10 ms. C floor is no server.""";

  private final ResultFile result;
  private final Set<String> peers;

  /**
   * Makes a report of what was measured.
   *
   * @param peers the subjects that dmore's goals are set by
   */
  public PeersReport(ResultFile result, Set<String> peers) {
    this.result = result;
    this.peers = Set.copyOf(peers);
  }

  /** The whole report in Markdown, which reads well as plain text too. */
  public String markdown() {
    TextTable table = new TextTable(HEAD);
    for (ResultFile.Row row : result.rows()) {
      table.add(cells(row));
    }
    StringBuilder text = new StringBuilder(table.markdown());
    text.append('\n').append(LEGEND).append("\n\n");
    goals().forEach(goal -> text.append("- ").append(goal).append('\n'));
    text.append('\n');
    for (Map.Entry<String, String> version : result.versions().entrySet()) {
      text.append("- %s: %s%n".formatted(version.getKey(), version.getValue()));
    }
    return text.append(result.machine().markdown()).toString();
  }

  private List<String> cells(ResultFile.Row row) {
    double median = row.figures().get("p50_us");
    return List.of(
        row.subject(),
        row.situation(),
        micros(median),
        micros(row.figures().get("p90_us")),
        micros(row.figures().get("p99_us")),
        micros(row.figures().get("max_us")),
        micros(row.figures().get("mean_us")),
        result
            .figure(OURS, row.situation(), "p50_us")
            .map(ours -> String.format(Locale.ROOT, "%.2f", median / ours))
            .orElse(NONE),
        row.figures().containsKey("cpu_per_1000_keys_s")
            ? String.format(Locale.ROOT, "%.3f", row.figures().get("cpu_per_1000_keys_s"))
            : NONE);
  }

  /** A line for each goal that the run has figures for. */
  List<String> goals() {
    List<String> lines = new ArrayList<>();
    for (String situation : List.of("key, at rest", "key, back to back")) {
      for (String figure : List.of("p50", "p99")) {
        OptionalDouble best = best(situation, figure);
        if (best.isPresent()) {
          goal(lines, situation, figure, "the best peer's", best.getAsDouble());
        }
      }
    }
    goal(lines, KEY_TO_PIXEL, "p50", "the goal's", PIXEL_P50_GOAL_US);
    goal(lines, KEY_TO_PIXEL, "p99", "the goal's", PIXEL_P99_GOAL_US);
    return lines;
  }

  private void goal(
      List<String> lines, String situation, String figure, String whose, double limit) {
    result
        .figure(OURS, situation, figure + "_us")
        .ifPresent(
            ours ->
                lines.add(
                    "%s: %s, %s %s, at most %s %s"
                        .formatted(
                            ours <= limit ? "met" : "not met",
                            situation,
                            figure,
                            micros(ours),
                            whose,
                            micros(limit))));
  }

  private OptionalDouble best(String situation, String figure) {
    return peers.stream()
        .flatMap(peer -> result.figure(peer, situation, figure + "_us").stream())
        .mapToDouble(Double::doubleValue)
        .min();
  }

  private static String micros(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
  }
}
