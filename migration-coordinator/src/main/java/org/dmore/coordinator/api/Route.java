package org.dmore.coordinator.api;

import io.netty.handler.codec.http.HttpMethod;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be asked: how it is asked, by whom, what it takes and answers.
 *
 * @param id a name that no other has
 * @param method HTTP's method
 * @param path where
 * @param access who may
 * @param summary for people
 * @param query names that may stand in the query
 * @param request the body's type
 * @param status of an answer that is no problem
 * @param answer the type of its body
 */
record Route(
    String id,
    HttpMethod method,
    PathPattern path,
    Access access,
    String summary,
    List<String> query,
    Optional<Class<?>> request,
    int status,
    Optional<Type> answer) {

  /** One without body, query or answer. */
  static Route of(String id, HttpMethod method, String path, Access access, String summary) {
    return new Route(
        id,
        method,
        new PathPattern(path),
        access,
        summary,
        List.of(),
        Optional.empty(),
        204,
        Optional.empty());
  }

  /** The same, with a body. */
  Route taking(Class<?> type) {
    return new Route(id, method, path, access, summary, query, Optional.of(type), status, answer);
  }

  /** The same, with an answer. */
  Route answering(int code, Type type) {
    return new Route(id, method, path, access, summary, query, request, code, Optional.of(type));
  }

  /** The same, with an answer and 200. */
  Route answering(Type type) {
    return answering(200, type);
  }

  /** The same, with a query. */
  Route asking(String... names) {
    return new Route(id, method, path, access, summary, List.of(names), request, status, answer);
  }
}
