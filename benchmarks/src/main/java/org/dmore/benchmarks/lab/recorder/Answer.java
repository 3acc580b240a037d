package org.dmore.benchmarks.lab.recorder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the recorder said to one command.
 *
 * @param lines the lines before the last, without their tag
 * @param values the last line's {@code name=value}
 */
record Answer(List<String> lines, Map<String, String> values) {
  private static final String OK = "ok";
  private static final String ERROR = "error";

  Answer {
    lines = List.copyOf(lines);
    values = Map.copyOf(values);
  }

  /**
   * Finds the answer of a tag among a console's lines, whatever else stands there.
   *
   * @return empty while its last line is not there
   * @throws RecorderException if the recorder reports an error
   */
  static Optional<Answer> find(String tag, List<String> console) throws RecorderException {
    List<String> lines = new ArrayList<>();
    for (String line : console) {
      if (!line.startsWith(tag + " ")) {
        continue;
      }
      String said = line.substring(tag.length() + 1).stripTrailing();
      String word = said.split(" ", 2)[0];
      if (word.equals(ERROR)) {
        throw new RecorderException("the recorder says: " + said);
      }
      if (word.equals(OK)) {
        return Optional.of(new Answer(lines, values(said)));
      }
      lines.add(said);
    }
    return Optional.empty();
  }

  String text(String name) throws RecorderException {
    String value = values.get(name);
    if (value == null) {
      throw new RecorderException("the recorder's answer " + values + " has no " + name);
    }
    return value;
  }

  int number(String name) throws RecorderException {
    try {
      return Integer.parseInt(text(name));
    } catch (NumberFormatException e) {
      throw new RecorderException("the recorder's " + name + "=" + text(name) + " is no number");
    }
  }

  private static Map<String, String> values(String said) {
    Map<String, String> values = new HashMap<>();
    for (String word : said.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return values;
  }
}
