package org.dmore.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** What a command tells, an event a line: for people, or as a JSON object. Thread-safe. */
public final class Lines {
  private final PrintWriter out;
  private final boolean json;
  private final JsonMapper mapper = JsonMapper.builder().build();

  /**
   * Makes an output.
   *
   * @param json whether lines are JSON objects
   */
  public Lines(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /**
   * Tells an event.
   *
   * @param event its name, as JSON has it: {@code guestLeft} becomes {@code guest left}
   * @param details by name, in order; {@code message} is a sentence
   */
  public synchronized void tell(String event, Map<String, ?> details) {
    out.println(json ? asJson(event, details) : asText(event, details));
    out.flush();
  }

  private String asJson(String event, Map<String, ?> details) {
    ObjectNode line = mapper.createObjectNode();
    line.put("event", event);
    details.forEach((name, value) -> line.set(name, mapper.valueToTree(value)));
    try {
      return mapper.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object of plain values can be written", e);
    }
  }

  private static String asText(String event, Map<String, ?> details) {
    String words = event.replaceAll("([A-Z])", " $1").toLowerCase(java.util.Locale.ROOT);
    String values =
        details.entrySet().stream()
            .map(
                detail ->
                    detail.getKey().equals("message")
                        ? String.valueOf(detail.getValue())
                        : detail.getKey() + "=" + detail.getValue())
            .collect(Collectors.joining(" "));
    return values.isEmpty() ? words : words + ": " + values;
  }
}
