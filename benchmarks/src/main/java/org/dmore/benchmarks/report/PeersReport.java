package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * The result of {@code dmore bench peers}: a table in Markdown, whether dmore reached its goals,
 * and how to read both.
 */
public final class PeersReport {
  private static final String OURS = "dmore";
  private static final String NONE = "-";
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

  /** Makes a report of what was measured. */
  public PeersReport(ResultFile result) {
    this.result = result;
  }

  /** The whole report in Markdown, which reads well as plain text too. */
  public String markdown() {
    TextTable table = new TextTable(HEAD);
    for (ResultFile.Row row : result.rows()) {
      table.add(cells(row));
    }
    StringBuilder text = new StringBuilder(table.markdown());
    text.append('\n').append(LEGEND).append("\n\n");
    new Goals(List.of(result)).lines().forEach(goal -> text.append("- ").append(goal).append('\n'));
    text.append('\n');
    return text.append(result.origin()).toString();
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

  private static String micros(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
  }
}
