package org.dmore.benchmarks.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dmore.benchmarks.report.Goals;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.Tables;

/**
 * Results as one page in a file that needs no other: what was measured and on what, plots, tables,
 * the raw figures. The plots stand beside it as PNG files too.
 */
public final class ResultPage {
  /** The page's file. */
  public static final String FILE = "index.html";

  private static final Map<String, String> TITLES =
      Map.of(
          "keystroke", "Keystroke: from the client's socket to the guest's driver",
          "lab-keystroke", "Keystroke on real Xen: from a key to the guest's answer",
          "peers", "Peers: the same client on other VNC servers",
          "video", "Video: the same frames through other VNC servers",
          "encoders", "Encoders: what pictures cost",
          "sessions", "Sessions: what many viewers cost",
          "cost", "Cost: start, sessions, image",
          "continuity", "Continuity: what a migration does to a session",
          "lab-continuity", "Continuity on real Xen: what a migration does to a session",
          "lab-cost", "Cost on real Xen: DomR's boot and memory");

  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #22272e; background: #fff;
        max-width: 68rem; margin: 2rem auto; padding: 0 1.2rem; }
      h1, h2, h3 { line-height: 1.25; }
      h2 { margin-top: 3rem; border-top: 1px solid #dfe3e8; padding-top: 1.5rem; }
      a { color: #1f6fd1; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; }
      th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid #dfe3e8; text-align: left; }
      th { background: #f5f7f9; }
      td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      td.missed { color: #b3261e; font-weight: bold; }
      figure { margin: 1.5rem 0; }
      img { max-width: 100%; height: auto; border: 1px solid #dfe3e8; }
      figcaption, .on { font-size: 0.85rem; color: #57606a; }
      details { margin: 1rem 0; }
      summary { cursor: pointer; color: #1f6fd1; }
      code { background: #f5f7f9; padding: 0.1rem 0.3rem; }
      """;

  private final List<ResultFile> results;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, ResultFile> named = new LinkedHashMap<>();

  /** Makes a page of some results, in this order. */
  public ResultPage(List<ResultFile> results) {
    this.results = List.copyOf(results);
    for (ResultFile result : results) {
      String stem = Plot.name("r", result.benchmark());
      int number = numbers.merge(stem, 1, Integer::sum);
      named.put(stem.substring(2) + (number == 1 ? "" : "-" + number), result);
    }
  }

  /**
   * Writes the page and its plots.
   *
   * @param folder that is there; what it has of these names is replaced
   * @return the files, the page first
   */
  public List<Path> write(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    files.add(folder.resolve(FILE));
    Html html = new Html();
    begin(html);
    goals(html);
    for (Map.Entry<String, ResultFile> entry : named.entrySet()) {
      List<Plot> plots = Plots.of(entry.getValue(), entry.getKey());
      for (Plot plot : plots) {
        files.add(plot.write(folder));
      }
      section(html, entry.getKey(), entry.getValue(), plots);
    }
    html.raw("</body></html>");
    Files.writeString(files.get(0), html.toString());
    return files;
  }

  private void begin(Html html) {
    html.raw("<!DOCTYPE html>")
        .raw("<html lang=\"en\"><head><meta charset=\"utf-8\" />")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />")
        .element("title", "dmore: what was measured")
        .raw("<style>\n" + STYLE + "</style></head><body>")
        .element("h1", "dmore: what was measured")
        .element(
            "p",
            "Compare figures of one run, not of one machine with another's. p99: 99 of 100 were at"
                + " most this.")
        .raw("<nav><ul>");
    link(html, "goals", "Goals");
    named.forEach((id, result) -> link(html, id, title(result)));
    html.raw("</ul></nav>");
  }

  private static void link(Html html, String id, String text) {
    html.raw("<li><a href=\"#" + id + "\">" + Html.escape(text) + "</a></li>");
  }

  private void goals(Html html) {
    Goals goals = new Goals(results);
    html.heading(2, "goals", "Goals");
    if (goals.applied()) {
      html.table(Goals.head(), goals.cells());
    } else {
      html.element("p", "These results have no figures that a goal is about.");
    }
    if (!goals.withoutFigures().isEmpty()) {
      html.raw("<details><summary>Goals without figures here</summary><ul>");
      goals.withoutFigures().forEach(text -> html.element("li", text));
      html.raw("</ul></details>");
    }
  }

  private static void section(Html html, String id, ResultFile result, List<Plot> plots) {
    html.heading(2, id, title(result));
    html.raw("<ul class=\"on\">");
    on(result).forEach((name, value) -> html.element("li", name + ": " + value));
    html.raw("</ul>");
    for (Plot plot : plots) {
      html.raw(
          "<figure><img alt=\""
              + Html.escape(plot.title())
              + "\" src=\""
              + plot.dataUri()
              + "\" />");
      html.element("figcaption", plot.title() + ". " + caption(result)).raw("</figure>");
    }
    for (List<ResultFile.Row> rows : Tables.of(result)) {
      html.table(Tables.head(rows), Tables.cells(rows));
    }
    raw(html, result);
  }

  private static void raw(Html html, ResultFile result) {
    html.raw("<details><summary>Raw figures</summary>");
    List<List<String>> cells = new ArrayList<>();
    for (ResultFile.Row row : result.rows()) {
      row.figures()
          .forEach(
              (name, value) ->
                  cells.add(List.of(row.situation(), row.subject(), name, value.toString())));
    }
    html.table(List.of("situation", "subject", "figure", "value"), cells).raw("</details>");
  }

  private static Map<String, String> on(ResultFile result) {
    Machine machine = result.machine();
    Map<String, String> on = new LinkedHashMap<>();
    on.put("command", machine.command());
    on.put("date", machine.date());
    on.put("machine", machine.cpu() + ", cores " + machine.cores());
    on.put("kernel", machine.kernel());
    on.put("jdk", machine.jdk());
    on.put(
        "load average at start",
        machine.load() < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", machine.load()));
    on.putAll(result.versions());
    return on;
  }

  private static String caption(ResultFile result) {
    List<String> parts = new ArrayList<>();
    on(result).forEach((name, value) -> parts.add(name + " " + value));
    return "Measured on: " + String.join("; ", parts) + ".";
  }

  private static String title(ResultFile result) {
    return TITLES.getOrDefault(result.benchmark(), result.benchmark());
  }
}
