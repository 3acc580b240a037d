package org.dmore.coordinator.api;

import java.util.Optional;

/**
 * What a route answers.
 *
 * @param body what goes out as JSON; empty for no body
 * @param location where what was made is found
 */
record Reply(Optional<Object> body, Optional<String> location) {
  static final Reply EMPTY = new Reply(Optional.empty(), Optional.empty());

  static Reply of(Object body) {
    return new Reply(Optional.of(body), Optional.empty());
  }

  static Reply at(String location, Object body) {
    return new Reply(Optional.of(body), Optional.of(location));
  }
}
