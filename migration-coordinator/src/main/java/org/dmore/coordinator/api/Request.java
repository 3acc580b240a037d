package org.dmore.coordinator.api;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;

/**
 * A whole request.
 *
 * @param method HTTP's method
 * @param target path and query, as they came
 * @param contentType what the body says that it is
 * @param body the body; empty if there is none
 */
record Request(HttpMethod method, String target, Optional<String> contentType, String body) {

  String path() {
    int end = target.indexOf('?');
    return end < 0 ? target : target.substring(0, end);
  }

  /** What is behind the question mark. */
  String query() {
    int end = target.indexOf('?');
    return end < 0 ? "" : target.substring(end + 1);
  }

  /** Whether it is about this host alone, and waits for no other. */
  boolean isForHost() {
    return path().startsWith("/v1/host/") || path().equals("/v1/host");
  }
}
