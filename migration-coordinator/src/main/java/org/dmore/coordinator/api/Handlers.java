package org.dmore.coordinator.api;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What does what each route says: one handler for each, none missing. */
final class Handlers {
  private final Map<Route, Handler> handlers = new HashMap<>();

  /** Does what a route says; may block. */
  @FunctionalInterface
  interface Handler {
    Reply handle(Call call) throws IOException, InterruptedException;
  }

  /** Adds one. */
  Handlers on(Route route, Handler handler) {
    if (handlers.putIfAbsent(route, handler) != null) {
      throw new IllegalStateException("route=" + route.id() + " has a handler already");
    }
    return this;
  }

  /** Checks that none is missing. */
  Handlers complete() {
    for (Route route : Routes.all()) {
      if (!handlers.containsKey(route)) {
        throw new IllegalStateException("route=" + route.id() + " has no handler");
      }
    }
    return this;
  }

  /** The one of a route. */
  Handler of(Route route) {
    return handlers.get(route);
  }
}
