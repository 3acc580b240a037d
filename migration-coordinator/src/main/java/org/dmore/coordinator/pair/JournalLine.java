package org.dmore.coordinator.pair;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A journal's entry as a JSON object in one line. Thread-safe. */
final class JournalLine {
  private final ObjectMapper json = JsonMapper.builder().build();

  String write(MigrationJournal.Entry entry) throws JsonProcessingException {
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
    return json.writeValueAsString(line);
  }

  /**
   * Reads an entry.
   *
   * @param journal where it is, for the error
   * @throws IOException if it cannot be read
   */
  MigrationJournal.Entry read(String journal, String line) throws IOException {
    try {
      JsonNode node = json.readTree(line);
      return new MigrationJournal.Entry(
          Instant.parse(node.required("time").asText()),
          node.required("migration").asText(),
          node.required("pair").asText(),
          node.required("from").asText(),
          node.required("to").asText(),
          MigrationStep.valueOf(node.required("step").asText()),
          MigrationJournal.Mark.valueOf(node.required("mark").asText()),
          node.required("detail").asText(),
          facts(node.path("facts")));
    } catch (IOException | RuntimeException e) {
      throw new IOException("journal=" + journal + " has a line that cannot be read: " + line, e);
    }
  }

  private static Map<String, String> facts(JsonNode node) {
    Map<String, String> facts = new HashMap<>();
    node.properties().forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
    return facts;
  }
}
