package org.dmore.coordinator.api;

import java.util.Map;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.xen.DomainId;

/**
 * A request that has found its route.
 *
 * @param path values of the names in the path
 * @param query values of the query
 * @param body the body as a record; {@link #NO_BODY} if the route has none
 */
record Call(Map<String, String> path, Map<String, String> query, Object body) {
  static final Object NO_BODY = "";

  /** A value of the path. */
  String name(String of) {
    return path.get(of);
  }

  /** A domain's number in the path. */
  DomainId domain(String of) throws ControlException {
    try {
      return DomainId.parse(name(of));
    } catch (IllegalArgumentException e) {
      throw new ControlException(Reason.INVALID, e.getMessage(), e);
    }
  }

  /** The body, of the type that the route says. */
  <T> T body(Class<T> type) {
    return type.cast(body);
  }
}
