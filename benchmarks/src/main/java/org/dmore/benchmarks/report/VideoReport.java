package org.dmore.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The result of {@code dmore bench video}: a table in Markdown, what became of dmore's goals, and
 * how to read both.
 */
public final class VideoReport {
  private static final List<String> HEAD =
      List.of(
          "sequence, encoding",
          "subject",
          "kB a frame",
          "kB a Mpixel",
          "of raw, %",
          "sent again, kB a frame",
          "updates a frame",
          "first update, ms",
          "CPU ms a Mpixel",
          "JIT compiler, ms a Mpixel",
          "application, ms a Mpixel",
          "frames a second");

  private static final String LEGEND =
      """
      A Mpixel is a million pixels of damage: of the bounds of what changed. CPU is that of the
      server's process, all its threads, a JVM's compilers too, which stand beside it; without the
      application's. First update: all of the screen, from its request to its end, the client's
      decoding counted. Sent again: updates that carry nothing of the frame, such as pixels without
      JPEG's loss; not in the bytes before, but in the CPU.""";

  private final ResultFile result;

  /** Makes a report of what was measured. */
  public VideoReport(ResultFile result) {
    this.result = result;
  }

  /** The whole report in Markdown, which reads well as plain text too. */
  public String markdown() {
    TextTable table = new TextTable(HEAD);
    result.rows().forEach(row -> table.add(cells(row)));
    StringBuilder text = new StringBuilder(table.markdown());
    text.append('\n').append(LEGEND).append("\n\n");
    result.rows().stream()
        .filter(row -> row.figures().get("asked_again") > 0)
        .forEach(row -> text.append(askedAgain(row)).append('\n'));
    new Goals(List.of(result))
        .summary()
        .forEach(
            line ->
                text.append(line.startsWith("missed") ? "  - " : "- ").append(line).append('\n'));
    text.append('\n');
    return text.append(result.origin()).toString();
  }

  private static List<String> cells(ResultFile.Row row) {
    SortedMap<String, Double> figures = row.figures();
    return List.of(
        row.situation(),
        row.subject(),
        Figures.text(figures.get("bytes_per_frame") / 1e3),
        Figures.text(figures.get("kb_per_mpixel")),
        Figures.text(figures.get("of_raw_percent")),
        Figures.text(figures.get("resent_bytes_per_frame") / 1e3),
        fixed("%.2f", figures.get("updates_per_frame")),
        fixed("%.1f", figures.get("first_update_ms")),
        fixed("%.2f", 1e3 * figures.get("cpu_s_per_mpixel")),
        fixed("%.2f", 1e3 * figures.get("compiler_cpu_s_per_mpixel")),
        fixed("%.2f", 1e3 * figures.get("app_cpu_s_per_mpixel")),
        fixed("%.0f", figures.get("frames_per_s")));
  }

  private static String askedAgain(ResultFile.Row row) {
    return "- %s, %s: of %.0f frames %.0f came only after a second request"
        .formatted(
            row.subject(),
            row.situation(),
            row.figures().get("measured_frames"),
            row.figures().get("asked_again"));
  }

  private static String fixed(String format, double figure) {
    return String.format(Locale.ROOT, format, figure);
  }
}
