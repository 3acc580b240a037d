package org.dmore.benchmarks.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.dmore.benchmarks.report.Figures;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.Tables;

/**
 * Which plots a result becomes, told by what its rows have: percentiles of a latency are bars for
 * each situation, figures over a number of sessions are lines, and of some benchmarks each other
 * figure is a plot of bars. Anything else is for tables.
 */
final class Plots {
  private static final List<String> PERCENTILES = List.of("p50_us", "p90_us", "p99_us", "p999_us");

  /** Benchmarks whose other figures are drawn, one by one. */
  private static final Set<String> DRAWN =
      Set.of("encoders", "cost", "continuity", "lab-continuity", "video");

  private static final String SESSIONS = "sessions";

  /** Ends of a spread, which a plot of the median leaves to the table. */
  private static final String SPREAD = ".*_(min|max)_.*";

  private final ResultFile result;
  private final String prefix;
  private final List<Plot> plots = new ArrayList<>();

  private Plots(ResultFile result, String prefix) {
    this.result = result;
    this.prefix = prefix;
  }

  /**
   * Draws them.
   *
   * @param prefix what the files' names begin with
   */
  static List<Plot> of(ResultFile result, String prefix) {
    Plots all = new Plots(result, prefix);
    for (List<ResultFile.Row> rows : Tables.of(result)) {
      if (rows.stream().anyMatch(row -> row.figures().containsKey("p50_us"))
          && rows.stream().noneMatch(row -> row.figures().containsKey(SESSIONS))) {
        all.latencies(rows);
      } else if (DRAWN.contains(result.benchmark())
          && rows.stream().noneMatch(row -> row.figures().containsKey(SESSIONS))) {
        all.eachFigure(rows);
      }
    }
    all.overSessions();
    return List.copyOf(all.plots);
  }

  private void latencies(List<ResultFile.Row> rows) {
    List<String> subjects = Tables.subjects(rows);
    List<String> situations = Tables.situations(rows);
    if (situations.size() > 1) {
      figure(rows, "p50_us", result.benchmark() + ": half of the keys took at most", "p50");
      figure(rows, "p99_us", result.benchmark() + ": 99 of 100 keys took at most", "p99");
    }
    for (String situation : situations) {
      List<ResultFile.Row> here =
          rows.stream().filter(row -> row.situation().equals(situation)).toList();
      List<String> shown =
          PERCENTILES.stream()
              .filter(name -> here.stream().anyMatch(row -> row.figures().containsKey(name)))
              .toList();
      if (here.size() < 2 && situations.size() > 1) {
        continue; // alone, it is in the plots of all
      }
      Bars bars =
          new Bars(
              result.benchmark() + ": " + situation,
              "µs",
              shown.stream().map(Figures::label).toList());
      for (String subject : subjects) {
        List<Double> values = new ArrayList<>();
        for (String name : shown) {
          values.add(result.figure(subject, situation, name).orElse(null));
        }
        bars.add(subject, values);
      }
      draw(bars, situation);
    }
  }

  private void eachFigure(List<ResultFile.Row> rows) {
    for (String name : Tables.figures(rows)) {
      if (!name.matches(SPREAD) && !Figures.unit(name).isEmpty()) {
        List<String> subjects = Tables.subjects(rows);
        String whose = subjects.size() == 1 ? subjects.get(0) + ", " : "";
        String file = name + "-" + Plot.name(Tables.situations(rows).get(0));
        figure(rows, name, result.benchmark() + ": " + whose + Figures.label(name), file);
      }
    }
  }

  /** One figure of each subject in each situation. */
  private void figure(List<ResultFile.Row> rows, String name, String title, String file) {
    List<String> situations = Tables.situations(rows);
    double most =
        rows.stream()
            .filter(row -> row.figures().containsKey(name))
            .mapToDouble(row -> row.figures().get(name))
            .max()
            .orElse(0);
    Scale scale = Scale.of(name, most);
    Bars bars = new Bars(title, scale.unit(), situations);
    for (String subject : Tables.subjects(rows)) {
      List<Double> values = new ArrayList<>();
      for (String situation : situations) {
        values.add(
            result.figure(subject, situation, name).map(value -> value / scale.by()).orElse(null));
      }
      bars.add(subject, values);
    }
    draw(bars, file);
  }

  /** Lines of each figure that some rows have beside a number of sessions. */
  private void overSessions() {
    List<ResultFile.Row> rows =
        result.rows().stream().filter(row -> row.figures().containsKey(SESSIONS)).toList();
    TreeMap<String, Double> most = new TreeMap<>();
    for (ResultFile.Row row : rows) {
      row.figures().forEach((name, value) -> most.merge(name, value, Math::max));
    }
    most.remove(SESSIONS);
    most.forEach(
        (name, max) -> {
          Scale scale = Scale.of(name, max);
          Lines lines =
              new Lines(result.benchmark() + ": " + Figures.label(name), SESSIONS, scale.unit());
          for (ResultFile.Row row : rows) {
            if (row.figures().containsKey(name)) {
              lines.add(
                  line(row), row.figures().get(SESSIONS), row.figures().get(name) / scale.by());
            }
          }
          if (!lines.isEmpty()) {
            plots.add(lines.draw(Plot.name(prefix, SESSIONS, name)));
          }
        });
  }

  /**
   * A line's name: the situation without the number, {@code dmore, idle} of "10 sessions, idle".
   */
  private static String line(ResultFile.Row row) {
    String rest = row.situation().replaceFirst("^[0-9]+ sessions,? *", "");
    return rest.isEmpty() ? row.subject() : row.subject() + ", " + rest;
  }

  private void draw(Bars bars, String name) {
    if (!bars.isEmpty()) {
      plots.add(bars.draw(Plot.name(prefix, name)));
    }
  }

  /** In which unit a figure is drawn: bytes in the one that makes short numbers. */
  private record Scale(double by, String unit) {
    static Scale of(String name, double most) {
      String unit = Figures.unit(name);
      if (!unit.equals("bytes")) {
        return new Scale(1, unit.isEmpty() ? Figures.label(name) : unit);
      }
      if (most >= 10e6) {
        return new Scale(1e6, "MB");
      }
      return most >= 10e3 ? new Scale(1e3, "kB") : new Scale(1, "bytes");
    }
  }
}
