package org.dmore.benchmarks.page;

import java.util.List;

/** Builds a page whose elements are all closed, so that it is well-formed XML too. */
final class Html {
  private final StringBuilder text = new StringBuilder();

  /** Characters of a text that would be markup. */
  static String escape(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Adds markup as it is. */
  Html raw(String markup) {
    text.append(markup).append('\n');
    return this;
  }

  /** Adds an element that holds a text. */
  Html element(String name, String plain) {
    return raw("<" + name + ">" + escape(plain) + "</" + name + ">");
  }

  /** Adds a heading that can be linked to. */
  Html heading(int level, String id, String plain) {
    return raw("<h%1$d id=\"%2$s\">%3$s</h%1$d>".formatted(level, escape(id), escape(plain)));
  }

  /** Adds a table; cells from the third column on are figures, unless all are texts. */
  Html table(List<String> head, List<List<String>> rows) {
    raw("<div class=\"wide\"><table><thead><tr>");
    head.forEach(cell -> element("th", cell));
    raw("</tr></thead><tbody>");
    for (List<String> row : rows) {
      raw("<tr>");
      for (String cell : row) {
        raw("<td" + kind(cell) + ">" + escape(cell) + "</td>");
      }
      raw("</tr>");
    }
    return raw("</tbody></table></div>");
  }

  private static String kind(String cell) {
    if (cell.matches("-?[0-9.,E-]+( [kM]?B)?|NaN|-")) {
      return " class=\"figure\"";
    }
    return cell.equals("MISSED") ? " class=\"missed\"" : "";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
