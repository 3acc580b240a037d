package org.dmore.vdev.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Splits a line of settings as Linux splits its command line (Documentation/admin-guide/
 * kernel-parameters.rst): at white space that is not within double quotes, which may stand around a
 * word or around its value.
 */
final class SettingWords {
  private SettingWords() {}

  /** The words, without the quotes that held them together. */
  static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        begun = true;
      } else if (!quoted && Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  /** Of some names the one that a mistyped one was meant to be, by the fewest changes. */
  static String nearest(String mistyped, Collection<String> names) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String name : names) {
      int changes = distance(mistyped, name);
      if (changes < fewest) {
        fewest = changes;
        best = name;
      }
    }
    return best;
  }

  /** Letters to insert, delete or replace to make one text of the other (Levenshtein). */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
