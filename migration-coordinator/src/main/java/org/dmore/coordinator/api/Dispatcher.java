package org.dmore.coordinator.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.VmHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a request's route, looks whether its caller may, and has it done. Thread-safe. */
final class Dispatcher implements Responder {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final String JSON_TYPE = "application/json";

  private final Handlers handlers = new Handlers();
  private final ApiJson json;
  private final Problems problems;

  Dispatcher(ControlPlane control, VmHost host, ApiLimits limits, ApiJson json, Problems problems) {
    this.json = json;
    this.problems = problems;
    JsonNode description = OpenApi.describe(Routes.all());
    handlers.on(Routes.DESCRIPTION, call -> Reply.of(description));
    new ControlHandlers(control).addTo(handlers);
    new HostHandlers(host, limits.hostHandling()).addTo(handlers);
    handlers.complete();
  }

  private record Found(Route route, Map<String, String> values) {}

  @Override
  public Answer answer(Caller caller, Request request) {
    Answer answer;
    try {
      answer = decide(caller, request);
    } catch (InterruptedException e) {
      // It was meant for this request alone, not for the worker.
      answer = problems.of(request, e);
    } catch (Exception | LinkageError | AssertionError e) {
      answer = problems.of(request, e);
    }
    if (!request.method().equals(HttpMethod.GET)) {
      LOG.info(
          "api: caller={} {} {} status={}",
          caller.name(),
          request.method(),
          request.path(),
          answer.status());
    }
    return answer;
  }

  private Answer decide(Caller caller, Request request) throws Exception {
    Optional<Found> found = find(request);
    boolean open = found.isPresent() && found.get().route().access() == Access.ANYONE;
    if (!open && caller.role().isEmpty()) {
      return problems.of(Reason.FORBIDDEN, caller.problem());
    }
    if (found.isEmpty()) {
      return unknown(request);
    }
    Route route = found.get().route();
    if (!open && !route.access().allows(caller.role().orElseThrow())) {
      return problems.of(
          Reason.FORBIDDEN,
          "%s is %s, and %s %s is for %s"
              .formatted(
                  caller.name(),
                  caller.role().orElseThrow().text(),
                  request.method(),
                  route.path().text(),
                  route.access().text()));
    }
    Map<String, String> query = queryOf(route, request);
    if (route.request().isEmpty() && !request.body().isEmpty()) {
      throw invalid("%s %s takes no body".formatted(request.method(), route.path().text()));
    }
    if (route.request().isPresent() && !isJson(request.contentType())) {
      return problems.of(415, "the body must be JSON: send content-type: " + JSON_TYPE);
    }
    Object body =
        route.request().isPresent()
            ? json.readRequest(request.body(), route.request().get())
            : Call.NO_BODY;
    return answerOf(route, handlers.of(route).handle(new Call(found.get().values(), query, body)));
  }

  private Answer answerOf(Route route, Reply reply) {
    // What opens consoles is nobody's to keep.
    Map<String, String> headers = new HashMap<>(Map.of("cache-control", "no-store"));
    reply.location().ifPresent(location -> headers.put("location", location));
    return reply
        .body()
        .map(body -> new Answer(route.status(), JSON_TYPE, headers, json.write(body)))
        .orElseGet(() -> new Answer(route.status(), "", headers, ""));
  }

  private static Optional<Found> find(Request request) throws ControlException {
    for (Route route : Routes.all()) {
      Optional<Map<String, String>> values = match(route, request.path());
      if (values.isPresent() && route.method().equals(request.method())) {
        return Optional.of(new Found(route, values.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Map<String, String>> match(Route route, String path)
      throws ControlException {
    try {
      return route.path().match(path);
    } catch (IllegalArgumentException e) {
      throw new ControlException(
          Reason.INVALID, "path=" + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Answer unknown(Request request) throws ControlException {
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : Routes.all()) {
      if (match(route, request.path()).isPresent()) {
        allowed.add(route.method().name());
      }
    }
    if (allowed.isEmpty()) {
      return problems.of(
          Reason.NOT_FOUND,
          "path=" + request.path() + " is not known: see " + Routes.DESCRIPTION.path().text());
    }
    String methods = String.join(", ", allowed);
    return problems.of(
        405,
        "method=%s is not known here: use %s".formatted(request.method(), methods),
        Map.of("allow", methods));
  }

  private static Map<String, String> queryOf(Route route, Request request) throws ControlException {
    Map<String, String> values = new HashMap<>();
    if (request.query().isEmpty()) {
      return values;
    }
    for (String part : request.query().split("&", -1)) {
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals));
      if (!route.query().contains(name)) {
        List<String> known = route.query();
        throw invalid(
            "query=%s is not known; known are %s"
                .formatted(name, known.isEmpty() ? "none" : String.join(", ", known)));
      }
      if (values.put(name, decode(equals < 0 ? "" : part.substring(equals + 1))) != null) {
        throw invalid("query=" + name + " stands there twice");
      }
    }
    return values;
  }

  private static String decode(String part) throws ControlException {
    try {
      return PathPattern.decode(part);
    } catch (IllegalArgumentException e) {
      throw new ControlException(
          Reason.INVALID, "query=" + part + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isJson(Optional<String> contentType) {
    return contentType
        .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON_TYPE))
        .orElse(false);
  }

  private static ControlException invalid(String message) {
    return new ControlException(Reason.INVALID, message);
  }
}
