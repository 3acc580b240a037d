package org.dmore.coordinator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit as a JSON object a line, to a logger of its own: {@value #LOGGER}. Thread-safe. */
public final class AuditLog implements AuditSink {
  /** The logger's name, for the settings of where its lines go. */
  public static final String LOGGER = "dmore.audit";

  private static final Logger AUDIT = LoggerFactory.getLogger(LOGGER);
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final JsonMapper json = JsonMapper.builder().build();

  @Override
  public void write(Event event) {
    ObjectNode line = json.createObjectNode();
    line.put("time", event.time().toString());
    line.put("host", event.host());
    line.put("event", event.kind());
    new TreeMap<>(event.details()).forEach(line::put);
    try {
      AUDIT.info("{}", json.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      LOG.error("the audit's event={} cannot be written: {}", event.kind(), e.getMessage());
    }
  }
}
