package org.dmore.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of a result, sorted into those that make one table: they have figures in common. */
public final class Tables {
  private Tables() {}

  /**
   * Rows that have the same figures, or a situation in common, as groups; in the result's order.
   */
  public static List<List<ResultFile.Row>> of(ResultFile result) {
    Map<String, List<ResultFile.Row>> groups = new LinkedHashMap<>();
    Map<String, String> kinds = new HashMap<>();
    for (ResultFile.Row row : result.rows()) {
      String kind = kinds.computeIfAbsent(row.situation(), key -> kind(row));
      groups.computeIfAbsent(kind, key -> new ArrayList<>()).add(row);
    }
    return List.copyOf(groups.values());
  }

  /** The names of all figures in some rows: percentiles by size, otherwise by name. */
  public static List<String> figures(List<ResultFile.Row> rows) {
    return rows.stream()
        .flatMap(row -> row.figures().keySet().stream())
        .distinct()
        .sorted(Comparator.comparing(Tables::order))
        .toList();
  }

  /** The subjects in some rows, each once. */
  public static List<String> subjects(List<ResultFile.Row> rows) {
    return distinct(rows.stream().map(ResultFile.Row::subject).toList());
  }

  /** The situations in some rows, each once. */
  public static List<String> situations(List<ResultFile.Row> rows) {
    return distinct(rows.stream().map(ResultFile.Row::situation).toList());
  }

  /** All of a result in Markdown, and the machine. */
  public static String markdown(ResultFile result) {
    StringBuilder text = new StringBuilder();
    for (List<ResultFile.Row> rows : of(result)) {
      TextTable table = new TextTable(head(rows));
      cells(rows).forEach(table::add);
      text.append(table.markdown()).append('\n');
    }
    return text + result.origin();
  }

  /** The head of a table of some rows. */
  public static List<String> head(List<ResultFile.Row> rows) {
    List<String> head = new ArrayList<>(List.of("situation", "subject"));
    figures(rows).forEach(name -> head.add(Figures.title(name)));
    return head;
  }

  /** The lines of a table of some rows, to read. */
  public static List<List<String>> cells(List<ResultFile.Row> rows) {
    List<String> names = figures(rows);
    List<List<String>> cells = new ArrayList<>();
    for (ResultFile.Row row : rows) {
      List<String> line = new ArrayList<>(List.of(row.situation(), row.subject()));
      for (String name : names) {
        Double value = row.figures().get(name);
        line.add(value == null ? "-" : Figures.text(name, value));
      }
      cells.add(line);
    }
    return cells;
  }

  private static String kind(ResultFile.Row row) {
    return row.figures().containsKey("p50_us")
        ? "p50_us"
        : row.figures().keySet().stream().collect(Collectors.joining(" "));
  }

  private static String order(String name) {
    return switch (name) {
      case "sessions" -> "0";
      case "p50_us" -> "1";
      case "p90_us" -> "2";
      case "p99_us" -> "3";
      case "p999_us" -> "4";
      case "max_us" -> "5";
      default -> "9" + name;
    };
  }

  private static List<String> distinct(List<String> names) {
    Set<String> once = new LinkedHashSet<>(names);
    return List.copyOf(once);
  }
}
