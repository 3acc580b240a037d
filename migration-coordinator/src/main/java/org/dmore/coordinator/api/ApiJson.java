package org.dmore.coordinator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;

/**
 * Records as JSON: times as {@code 2026-11-28T12:00:00Z} and {@code PT0.5S}, enumerations by name,
 * what is empty left out. Requests are read strictly; answers are not, as a newer {@code hostd} may
 * say more than this program knows. Thread-safe.
 */
final class ApiJson {
  private final JsonMapper strict = mapper().build();
  private final JsonMapper lenient =
      mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static JsonMapper.Builder mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            // What is concluded from a record is not part of it.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS));
    builder.withCoercionConfig(
        LogicalType.Textual,
        config -> {
          config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
          config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
          config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        });
    return builder;
  }

  /** As JSON. */
  String write(Object value) {
    try {
      return strict.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "type=" + value.getClass().getName() + " is no JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a request's body.
   *
   * @throws ControlException if it is not what is wanted, with the field's name
   */
  <T> T readRequest(String body, Class<T> type) throws ControlException {
    try {
      JsonNode tree = strict.readTree(body);
      if (!tree.isObject()) {
        throw invalid("the body must be a JSON object", null);
      }
      for (RecordComponent component : type.getRecordComponents()) {
        if (TypeSchemas.isRequired(component.getType()) && !tree.hasNonNull(component.getName())) {
          throw invalid("field=" + component.getName() + " is missing", null);
        }
      }
      return strict.treeToValue(tree, type);
    } catch (UnrecognizedPropertyException e) {
      throw invalid(
          "field=%s is not known; known are %s"
              .formatted(
                  pathOf(e),
                  e.getKnownPropertyIds().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", "))),
          e);
    } catch (MismatchedInputException e) {
      throw invalid("field=%s is wrong: %s".formatted(pathOf(e), wanted(e.getTargetType())), e);
    } catch (JsonMappingException e) {
      throw invalid("field=%s is wrong: %s".formatted(pathOf(e), e.getOriginalMessage()), e);
    } catch (JsonProcessingException e) {
      throw invalid("the body is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads an answer's body.
   *
   * @throws IOException if it is not what is wanted
   */
  <T> T readAnswer(String body, Class<T> type) throws IOException {
    try {
      T read = lenient.readValue(body, type);
      if (read == null) {
        throw new IOException("the answer is null where it must be " + type.getSimpleName());
      }
      return read;
    } catch (JsonProcessingException e) {
      // Not what was read: it may be a secret.
      throw new IOException(
          "the answer is no %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    }
  }

  private static String wanted(Class<?> type) {
    if (type == null) {
      return "it has the wrong type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name())
          .collect(Collectors.joining(", ", "it must be one of ", ""));
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "it must be a whole number";
    }
    if (type == boolean.class) {
      return "it must be true or false";
    }
    return type == String.class ? "it must be text" : "it has the wrong type";
  }

  private static String pathOf(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                part ->
                    part.getFieldName() == null
                        ? Integer.toString(part.getIndex())
                        : part.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "(the whole body)" : path;
  }

  private static ControlException invalid(String message, Throwable cause) {
    return cause == null
        ? new ControlException(Reason.INVALID, message)
        : new ControlException(Reason.INVALID, message, cause);
  }
}
