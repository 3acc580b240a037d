package org.dmore.coordinator.api;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with names in braces, such as {@code /v1/pairs/{pair}/plan}. */
record PathPattern(String text) {

  /**
   * The values of the names in a path, percent-decoded, if it is such a path.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two digits
   */
  Optional<Map<String, String>> match(String path) {
    String[] wanted = text.split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (isName(wanted[i])) {
        if (given[i].isEmpty()) {
          return Optional.empty();
        }
        values.put(nameIn(wanted[i]), decode(given[i]));
      } else if (!wanted[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  /** The names, in their order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (String part : text.split("/", -1)) {
      if (isName(part)) {
        names.add(nameIn(part));
      }
    }
    return names;
  }

  /** The path with values in place of the names, in their order. */
  String fill(String... values) {
    StringBuilder path = new StringBuilder();
    int next = 0;
    for (String part : text.substring(1).split("/", -1)) {
      path.append('/').append(isName(part) ? encode(values[next++]) : part);
    }
    if (next != values.length) {
      throw new IllegalArgumentException("path=" + text + " has names=" + next);
    }
    return path.toString();
  }

  /** One value as a part of a path or a query. */
  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What {@link #encode} wrote; a plus sign is one. */
  static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean isName(String part) {
    return part.startsWith("{");
  }

  private static String nameIn(String part) {
    return part.substring(1, part.length() - 1);
  }
}
