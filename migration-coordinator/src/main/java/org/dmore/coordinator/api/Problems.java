package org.dmore.coordinator.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered where something went wrong. Nothing of the program's inside is in it. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final int ID_BYTES = 8;

  private final ApiJson json;
  private final SecureRandom random = new SecureRandom();

  Problems(ApiJson json) {
    this.json = json;
  }

  /** A problem of HTTP's, which no control plane was asked about. */
  Answer of(int status, String detail) {
    return of(status, detail, Optional.empty(), Map.of());
  }

  /** The same, with headers. */
  Answer of(int status, String detail, Map<String, String> headers) {
    return of(status, detail, Optional.empty(), headers);
  }

  /** One with a reason. */
  Answer of(Reason reason, String detail) {
    return of(statusOf(reason), detail, Optional.of(reason), Map.of());
  }

  /** What became of a request that failed. */
  Answer of(Request request, Throwable failure) {
    if (failure instanceof ControlException refused) {
      return of(refused.reason(), text(refused));
    }
    if (failure instanceof StoreUnavailableException) {
      return of(Reason.UNAVAILABLE, text(failure));
    }
    if (failure instanceof InterruptedException || failure instanceof InterruptedIOException) {
      return of(
          Reason.UNAVAILABLE, "it was interrupted; whether it was done is not known: look again");
    }
    if (failure instanceof IOException) {
      LOG.warn("api: {} {} failed: {}", request.method(), request.path(), text(failure));
      return of(502, text(failure));
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    LOG.error("api: id={} {} {} failed", id, request.method(), request.path(), failure);
    return answer(
        new Problem(
            "about:blank",
            titleOf(500),
            500,
            "this is a mistake in hostd; its log has more under id=" + id,
            Optional.empty(),
            Optional.of(id)),
        Map.of());
  }

  private Answer of(
      int status, String detail, Optional<Reason> reason, Map<String, String> headers) {
    return answer(
        new Problem("about:blank", titleOf(status), status, detail, reason, Optional.empty()),
        headers);
  }

  private Answer answer(Problem problem, Map<String, String> headers) {
    return new Answer(problem.status(), Problem.MEDIA_TYPE, headers, json.write(problem));
  }

  private static int statusOf(Reason reason) {
    return switch (reason) {
      case INVALID -> 400;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case UNAVAILABLE -> 503;
    };
  }

  private static String titleOf(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  private static String text(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
