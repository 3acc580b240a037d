package org.dmore.coordinator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.dmore.vdev.audit.AuditWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as a JSON object a line, in ASCII: to a logger of its own, {@value #LOGGER}, or to a
 * file. Thread-safe.
 */
public final class AuditLog implements AuditSink, AutoCloseable {
  /** The logger's name, for the settings of where its lines go. */
  public static final String LOGGER = "dmore.audit";

  private static final Logger AUDIT = LoggerFactory.getLogger(LOGGER);
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final JsonMapper json =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private final Predicate<String> lines;
  private final Runnable onClose;

  private AuditLog(Predicate<String> lines, Runnable onClose) {
    this.lines = lines;
    this.onClose = onClose;
  }

  /** To the logger. */
  public static AuditLog toLogger() {
    return new AuditLog(
        line -> {
          AUDIT.info("{}", line);
          return true;
        },
        () -> {});
  }

  /**
   * To a file, after what it has; one that is made is its owner's alone. A disk that is slow holds
   * nobody up.
   *
   * @throws IOException if it cannot be opened
   */
  public static AuditLog toFile(Path file) throws IOException {
    AuditWriter writer = AuditWriter.toFile(file);
    return new AuditLog(writer::write, writer::close);
  }

  @Override
  public void write(Event event) {
    ObjectNode line = json.createObjectNode();
    line.put("time", event.time().toString());
    line.put("host", event.host());
    line.put("event", event.kind());
    new TreeMap<>(event.details()).forEach(line::put);
    try {
      if (!lines.test(json.writeValueAsString(line))) {
        LOG.error("the audit's event={} is lost: the file takes no more", event.kind());
      }
    } catch (JsonProcessingException e) {
      LOG.error("the audit's event={} cannot be written: {}", event.kind(), e.getMessage());
    }
  }

  /** Writes what waits, for a bounded time. */
  @Override
  public void close() {
    onClose.run();
  }
}
