package org.dmore.vdev.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The tables beside this class, which {@code src/keymaps/generate-keymaps.py} writes. */
final class KeysymRows {
  private KeysymRows() {}

  /** The lines of a table, without comments. */
  static List<String> lines(String resource) throws IOException {
    try (InputStream in = KeysymRows.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource=" + resource + " is missing from the jar");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isEmpty() && line.charAt(0) != '#') {
          lines.add(line);
        }
      }
      return lines;
    }
  }

  /** The rows of a table of hexadecimal numbers, so many in each. */
  static List<int[]> read(String resource, int columns) throws IOException {
    List<int[]> rows = new ArrayList<>();
    for (String line : lines(resource)) {
      String[] fields = line.split(" ", -1);
      if (fields.length != columns) {
        throw new IllegalStateException("resource=" + resource + " has a bad line: " + line);
      }
      int[] row = new int[columns];
      for (int i = 0; i < columns; i++) {
        row[i] = Integer.parseInt(fields[i], 16);
      }
      rows.add(row);
    }
    return rows;
  }
}
