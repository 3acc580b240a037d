package org.dmore.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one run of one benchmark measured, as it stands in a JSON file: the raw numbers beside what
 * they were measured on. Everything that compares or draws figures reads these files, so that none
 * is typed in by hand.
 *
 * @param benchmark the command that measured, such as {@code keystroke}; lower case
 * @param machine what it ran on, when, and the command line
 * @param versions of what was measured beside dmore, by name
 * @param rows one for each subject in each situation, in the order in which they are shown
 */
public record ResultFile(
    String benchmark, Machine machine, SortedMap<String, String> versions, List<Row> rows) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /**
   * One subject in one situation.
   *
   * @param subject what was measured, such as {@code dmore} or {@code Xvnc}
   * @param situation under what, such as {@code key, at rest}
   * @param figures by name; a name ends with its unit: {@code p50_us}, {@code cpu_s}, {@code
   *     sent_bytes}, {@code lost_keys}
   */
  public record Row(String subject, String situation, SortedMap<String, Double> figures) {
    /** Copies. */
    public Row {
      figures = new TreeMap<>(figures);
    }

    /** A row of some figures. */
    public static Row of(String subject, String situation, Map<String, Double> figures) {
      return new Row(subject, situation, new TreeMap<>(figures));
    }
  }

  /** Copies. */
  public ResultFile {
    versions = new TreeMap<>(versions);
    rows = List.copyOf(rows);
  }

  /** Reads one. */
  public static ResultFile read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), ResultFile.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "file=" + file + " is no result of a benchmark: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes it. */
  public void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(this));
  }

  /** A figure, if that was measured. */
  public Optional<Double> figure(String subject, String situation, String name) {
    return rows.stream()
        .filter(row -> row.subject().equals(subject) && row.situation().equals(situation))
        .map(row -> row.figures().get(name))
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  /** What was measured, and on what, in Markdown: a line for each. */
  public String origin() {
    StringBuilder text = new StringBuilder();
    versions.forEach((name, version) -> text.append("- " + name + ": " + version + "\n"));
    return text + machine.markdown();
  }
}
