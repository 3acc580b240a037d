package org.dmore.coordinator.cli.hostd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Labels as they are given on the command line. */
final class Labels {
  private Labels() {}

  /**
   * Reads {@code k=v}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Map<String, String> of(List<String> words) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("label=" + word + " must be NAME=VALUE");
      }
      labels.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return labels;
  }

  /**
   * What becomes of labels: {@code k=v} sets one, {@code k-} takes one away.
   *
   * @throws IllegalArgumentException if a change is something else
   */
  static Map<String, String> changed(Map<String, String> labels, List<String> changes) {
    Map<String, String> after = new TreeMap<>(labels);
    for (String change : changes) {
      if (change.length() > 1 && change.endsWith("-") && change.indexOf('=') < 0) {
        after.remove(change.substring(0, change.length() - 1));
      } else {
        try {
          after.putAll(of(List.of(change)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "label=" + change + " must be NAME=VALUE, or NAME- to take it away", e);
        }
      }
    }
    return after;
  }
}
