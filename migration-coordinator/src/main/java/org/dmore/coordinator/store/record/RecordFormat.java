package org.dmore.coordinator.store.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.Map;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreRefusedException;

/**
 * A record as JSON. The field {@code format} is raised when an older program would misread what a
 * newer one writes. Fields that this program does not know are ignored, and kept when it writes the
 * record again, so that hosts of two versions may share a store.
 */
final class RecordFormat<T> {
  /** The newest that is known. */
  private static final int FORMAT = 1;

  private static final String FIELD = "format";

  private final Class<T> type;
  private final JsonMapper json =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          // What is concluded from a record is not part of it.
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  RecordFormat(Class<T> type) {
    this.type = type;
  }

  T read(StoreEntry entry) throws StoreRefusedException {
    try {
      JsonNode tree = json.readTree(entry.value());
      int format = tree.path(FIELD).asInt();
      if (format > FORMAT) {
        throw new StoreRefusedException(
            "key=%s was written by a newer dmore (format=%d, this one knows %d): use that one"
                .formatted(entry.key(), format, FORMAT));
      }
      T read = json.treeToValue(tree, type);
      if (read == null) {
        throw unreadable(entry, new IllegalArgumentException("null"));
      }
      return read;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unreadable(entry, e);
    }
  }

  /** A record that is new. */
  String write(T value) {
    return write(value, json.createObjectNode());
  }

  /** A record in place of another, whose unknown fields stay. */
  String write(T value, StoreEntry before) throws StoreRefusedException {
    try {
      if (json.readTree(before.value()) instanceof ObjectNode old) {
        return write(value, old);
      }
      throw unreadable(before, new IllegalArgumentException("no object"));
    } catch (JsonProcessingException e) {
      throw unreadable(before, e);
    }
  }

  private String write(T value, ObjectNode onto) {
    onto.put(FIELD, FORMAT);
    ObjectNode fresh = json.valueToTree(value);
    for (Map.Entry<String, JsonNode> field : fresh.properties()) {
      onto.set(field.getKey(), field.getValue());
    }
    return onto.toString();
  }

  private StoreRefusedException unreadable(StoreEntry entry, Exception e) {
    return new StoreRefusedException(
        "key=%s holds no %s that can be read: %s (%s)"
            .formatted(entry.key(), type.getSimpleName(), entry.value(), e.getMessage()),
        e);
  }
}
