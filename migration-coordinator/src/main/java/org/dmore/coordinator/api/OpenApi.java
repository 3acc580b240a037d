package org.dmore.coordinator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The table of routes as a description in OpenAPI 3.0. */
final class OpenApi {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String VERSION = "3.0.3";

  private final TypeSchemas schemas = new TypeSchemas();

  private OpenApi() {}

  /** Describes routes. */
  static ObjectNode describe(List<Route> routes) {
    return new OpenApi().document(routes);
  }

  private ObjectNode document(List<Route> routes) {
    ObjectNode document = JSON.objectNode().put("openapi", VERSION);
    document
        .putObject("info")
        .put("title", "dmore hostd")
        .put("version", "1")
        .put(
            "description",
            "Over TCP with certificates of both sides, whose subject has CN=NAME and OU=host,"
                + " operator or viewer; over the Unix socket for the users that hostd knows."
                + " Hosts may use all, viewers what says so.");
    ObjectNode paths = document.putObject("paths");
    for (Route route : routes) {
      ObjectNode path = paths.withObjectProperty(route.path().text());
      path.set(route.method().name().toLowerCase(Locale.ROOT), operation(route));
    }
    ObjectNode problem = schemas.of(Problem.class);
    ObjectNode components = document.putObject("components");
    components
        .putObject("responses")
        .putObject("Problem")
        .put("description", "It was not done: RFC 9457.")
        .putObject("content")
        .putObject(Problem.MEDIA_TYPE)
        .set("schema", problem);
    components.set("schemas", schemas.components());
    return document;
  }

  private ObjectNode operation(Route route) {
    ObjectNode operation = JSON.objectNode();
    operation.put("operationId", route.id());
    operation.put("summary", route.summary());
    operation.put("description", "For " + route.access().text() + ".");
    ArrayNode parameters = JSON.arrayNode();
    for (String name : route.path().names()) {
      parameters.add(parameter(name, "path").put("required", true));
    }
    for (String name : route.query()) {
      parameters.add(parameter(name, "query"));
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    route
        .request()
        .ifPresent(
            type -> {
              ObjectNode body = operation.putObject("requestBody").put("required", true);
              body.putObject("content")
                  .putObject("application/json")
                  .set("schema", schemas.of(type));
            });
    ObjectNode responses = operation.putObject("responses");
    ObjectNode success = responses.putObject(Integer.toString(route.status()));
    success.put("description", "It was done.");
    if (route.equals(Routes.MIGRATE)) {
      ObjectNode location = success.putObject("headers").putObject("Location");
      location.put("description", "Where the move is found.");
      location.putObject("schema").put("type", "string");
    }
    route
        .answer()
        .ifPresent(
            type ->
                success
                    .putObject("content")
                    .putObject("application/json")
                    .set(
                        "schema",
                        type == JsonNode.class
                            ? JSON.objectNode().put("type", "object")
                            : schemas.of(type)));
    responses.putObject("default").put("$ref", "#/components/responses/Problem");
    return operation;
  }

  private static ObjectNode parameter(String name, String in) {
    ObjectNode parameter = JSON.objectNode().put("name", name).put("in", in);
    parameter.putObject("schema").put("type", "string");
    return parameter;
  }
}
