package org.dmore.coordinator.store.etcd;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLHandshakeException;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;

/** What gRPC's statuses and etcd's errors mean for the store, and what the operator can do. */
final class EtcdErrors {
  private EtcdErrors() {}

  /**
   * The error.
   *
   * @param endpoint who was asked
   * @param repeatable whether the call changes nothing, or nothing more when it is done twice
   */
  static StoreException of(String endpoint, Status status, boolean repeatable) {
    String words = words(status);
    Throwable cause = status.asRuntimeException();
    if (wasNotSent(status) && isCausedBy(status, SSLHandshakeException.class)) {
      return new StoreRefusedException(
          "etcd=%s and this host do not trust one another: look at the certificates (%s)"
              .formatted(endpoint, words),
          cause);
    }
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED ->
          new StoreUnavailableException(
              ("etcd=%s has no room or too much to do: compact and defragment it, and disarm its alarm"
                      + " (%s)")
                  .formatted(endpoint, words),
              cause);
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL, UNKNOWN, ABORTED ->
          repeatable || wasNotSent(status)
              ? new StoreUnavailableException(
                  "etcd=%s does not answer: look whether it runs and has a leader (%s)"
                      .formatted(endpoint, words),
                  cause)
              : new OutcomeUnknownException(
                  "etcd=%s did not answer, and may have done it: read again (%s)"
                      .formatted(endpoint, words),
                  cause);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new StoreRefusedException(
              "etcd=%s does not allow it: look at the user and its roles (%s)"
                  .formatted(endpoint, words),
              cause);
      default -> new StoreRefusedException("etcd=%s refuses: %s".formatted(endpoint, words), cause);
    };
  }

  /** Whether a call failed because no connection came about. */
  static boolean wasNotSent(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        && (isCausedBy(status, ConnectException.class)
            || isCausedBy(status, UnknownHostException.class)
            || isCausedBy(status, UnresolvedAddressException.class)
            || isCausedBy(status, SSLHandshakeException.class));
  }

  private static boolean isCausedBy(Status status, Class<? extends Exception> kind) {
    Throwable t = status.getCause();
    while (t != null && !kind.isInstance(t)) {
      t = t.getCause();
    }
    return t != null;
  }

  /** Whether a login has ended; the call was not carried out. */
  static boolean isLoginOver(Status status) {
    String words = status.getDescription() == null ? "" : status.getDescription();
    return words.contains("invalid auth token") || words.contains("revision of auth store is old");
  }

  /** Whether a revision is no longer remembered. */
  static boolean isCompacted(Status status) {
    return status.getCode() == Status.Code.OUT_OF_RANGE;
  }

  static String words(Status status) {
    StringBuilder words = new StringBuilder(status.getCode().name());
    if (status.getDescription() != null) {
      words.append(": ").append(status.getDescription());
    }
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      words.append(": ").append(t.getMessage());
    }
    return words.toString();
  }
}
