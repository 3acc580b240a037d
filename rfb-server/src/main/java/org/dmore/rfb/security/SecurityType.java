package org.dmore.rfb.security;

/**
 * A security type that a server offers. Thread-safe: one object serves all connections.
 *
 * <p>Types compose: a type that first agrees on a sub-type or on encryption begins the exchange of
 * another one within its own.
 */
public interface SecurityType {
  /** The number that stands for it in the handshake, 1 to 255. */
  int number();

  /** What the log calls it. */
  String name();

  /** Whether this connection is offered it; one that is not cannot have it. */
  default boolean isOfferedTo(ConnectionInfo connection) {
    return true;
  }

  /** Begins the exchange for one connection. */
  SecurityExchange begin(ConnectionInfo connection);
}
