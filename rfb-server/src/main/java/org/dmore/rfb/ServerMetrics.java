package org.dmore.rfb;

import org.dmore.rfb.protocol.EncodingType;

/**
 * Hears what the server does, to count it. Each method does nothing unless it is overridden.
 *
 * <p>Threading: called on the server's event loops, several at once, and where it is said on
 * others; must return at once and allocate nothing, since the key's path leads through here.
 */
public interface ServerMetrics {

  /** Why a client is not let in, or is cut for what it sent. */
  enum Refusal {
    /** There are as many connections as may be. */
    TOO_MANY,
    /** It did not finish the handshake or a PROXY header in time. */
    TOO_SLOW,
    /** Wrong name, password or token. */
    AUTHENTICATION,
    /** Its address failed too often. */
    BLOCKED,
    /** It wants, or speaks, what is not offered; or its check failed. */
    NOT_OFFERED,
    /** What it sent is not RFB, WebSocket or a PROXY header, or more than a limit allows. */
    MALFORMED,
    /** A page of another origin, a name that is none of this server's. */
    ORIGIN,
    /** It is none of the trusted proxies. */
    PROXY
  }

  /** Counts nothing. */
  static ServerMetrics none() {
    return new ServerMetrics() {};
  }

  /**
   * A connection is a session now, though not through the handshake.
   *
   * @param transport as {@link ClientInfo#transport}
   */
  default void connected(String transport) {}

  /** A client was refused, or cut. */
  default void refused(Refusal reason) {}

  /** A client's RFB bytes came, without what WebSocket and TLS add around them. */
  default void received(int bytes) {}

  /** RFB bytes were written to a client. */
  default void sent(int bytes) {}

  /** A FramebufferUpdate with pixels was begun. */
  default void updated() {}

  /** A rectangle was encoded: once, if several clients are sent it. Also by encoding threads. */
  default void rectangle(EncodingType encoding, int pixels, int bytes) {}

  /**
   * An area of at most 65536 pixels was encoded, as one rectangle or several. Also by encoding
   * threads.
   */
  default void encoded(long nanos) {}

  /** A key went from the socket's read to the return of its sink. */
  default void key(long nanos) {}
}
