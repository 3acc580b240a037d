package org.dmore.coordinator.pair;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A journal in a file, a JSON object a line, on disk before a step is done. A last line that a
 * crash cut short is dropped when the journal is opened: it was never acted on.
 */
public final class FileJournal implements MigrationJournal, AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final ObjectMapper json = JsonMapper.builder().build();

  /**
   * Opens a journal, or makes one.
   *
   * @throws IOException if the file cannot be written
   */
  public FileJournal(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    dropCutLine();
  }

  @Override
  public synchronized void append(Entry entry) throws IOException {
    ObjectNode line = json.createObjectNode();
    line.put("time", entry.time().toString());
    line.put("migration", entry.migration());
    line.put("pair", entry.pair());
    line.put("from", entry.from());
    line.put("to", entry.to());
    line.put("step", entry.step().name());
    line.put("mark", entry.mark().name());
    line.put("detail", entry.detail());
    ObjectNode facts = line.putObject("facts");
    entry.facts().forEach(facts::put);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(json.writeValueAsString(line) + "\n");
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) < 0) {
        throw new IOException("journal=" + file + " cannot be written");
      }
    }
    channel.force(false);
  }

  @Override
  public synchronized List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      entries.add(parse(line));
    }
    return entries;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private Entry parse(String line) throws IOException {
    try {
      JsonNode node = json.readTree(line);
      return new Entry(
          Instant.parse(node.required("time").asText()),
          node.required("migration").asLong(),
          node.required("pair").asText(),
          node.required("from").asText(),
          node.required("to").asText(),
          MigrationStep.valueOf(node.required("step").asText()),
          Mark.valueOf(node.required("mark").asText()),
          node.required("detail").asText(),
          facts(node.path("facts")));
    } catch (IOException | RuntimeException e) {
      throw new IOException("journal=" + file + " has a line that cannot be read: " + line, e);
    }
  }

  private static Map<String, String> facts(JsonNode node) {
    Map<String, String> facts = new HashMap<>();
    node.properties().forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
    return facts;
  }

  private void dropCutLine() throws IOException {
    byte[] all = Files.readAllBytes(file);
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n') {
      end--;
    }
    channel.truncate(end);
    channel.position(end);
  }
}
