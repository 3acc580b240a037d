package org.dmore.coordinator.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What records look like as JSON, in the words of OpenAPI 3.0. */
final class TypeSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, ObjectNode> named = new TreeMap<>();
  private final Map<String, Class<?>> types = new TreeMap<>();

  /** Whether a field must be there; an empty one is left out. */
  static boolean isRequired(Class<?> type) {
    return type != Optional.class && type != OptionalInt.class && type != OptionalLong.class;
  }

  /** The schema of a type; records and enumerations are referred to by name. */
  ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      if (generic.getRawType() == Optional.class) {
        return of(last);
      }
      if (generic.getRawType() == List.class) {
        return schema("array").set("items", of(last));
      }
      if (generic.getRawType() == Map.class) {
        return schema("object").set("additionalProperties", of(last));
      }
    }
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    throw new IllegalArgumentException("type=" + type + " has no schema");
  }

  /** All that are referred to, by name. */
  ObjectNode components() {
    return JSON.objectNode().setAll(named);
  }

  private ObjectNode ofClass(Class<?> type) {
    if (type == String.class) {
      return schema("string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return schema("boolean");
    }
    if (type == int.class || type == OptionalInt.class) {
      return schema("integer").put("format", "int32");
    }
    if (type == long.class || type == OptionalLong.class) {
      return schema("integer").put("format", "int64");
    }
    if (type == Instant.class) {
      return schema("string").put("format", "date-time");
    }
    if (type == Duration.class) {
      return schema("string").put("description", "ISO 8601, such as PT0.5S");
    }
    if (type.isEnum() || type.isRecord()) {
      return refer(type);
    }
    throw new IllegalArgumentException("type=" + type + " has no schema");
  }

  private ObjectNode refer(Class<?> type) {
    // HostRecord.State and MigrationRecord.State are two.
    String name =
        type.getEnclosingClass() == null || type.getEnclosingClass() == ApiBodies.class
            ? type.getSimpleName()
            : type.getEnclosingClass().getSimpleName() + type.getSimpleName();
    Class<?> other = types.putIfAbsent(name, type);
    if (other == null) {
      ObjectNode described = type.isEnum() ? enumeration(type) : record(type);
      named.put(name, described);
    } else if (other != type) {
      throw new IllegalStateException("schema=" + name + " stands for both " + other + ", " + type);
    }
    return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static ObjectNode enumeration(Class<?> type) {
    ArrayNode values = JSON.arrayNode();
    for (Object constant : type.getEnumConstants()) {
      values.add(((Enum<?>) constant).name());
    }
    return schema("string").set("enum", values);
  }

  private ObjectNode record(Class<?> type) {
    ObjectNode properties = JSON.objectNode();
    ArrayNode required = JSON.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      properties.set(component.getName(), of(component.getGenericType()));
      if (isRequired(component.getType())) {
        required.add(component.getName());
      }
    }
    ObjectNode described = schema("object");
    if (!required.isEmpty()) {
      described.set("required", required);
    }
    described.set("properties", properties);
    return described.put("additionalProperties", false);
  }

  private static ObjectNode schema(String type) {
    return JSON.objectNode().put("type", type);
  }
}
