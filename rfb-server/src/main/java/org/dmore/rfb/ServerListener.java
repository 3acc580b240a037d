package org.dmore.rfb;

import java.net.SocketAddress;
import java.time.Duration;

/**
 * Hears who comes, who is let in and what they do beyond typing and looking: for an audit. Each
 * method does nothing unless it is overridden. No secret, no key and no clipboard comes through
 * here.
 *
 * <p>Threading: called on the server's event loops, several at once, and where it is said on
 * others; must return at once. What it throws is logged and changes nothing.
 */
public interface ServerListener {

  /** Which way a clipboard went. */
  enum Direction {
    TO_GUEST,
    TO_CLIENT,
    /** Several, in a burst, of which each was not told. */
    BOTH
  }

  /** Hears nothing. */
  static ServerListener none() {
    return new ServerListener() {};
  }

  /** A connection is a session now, though not through the handshake. */
  default void connected(ClientInfo client) {}

  /**
   * A client was refused.
   *
   * @param address where it comes from
   * @param why for who counts
   * @param reason for people; may quote what the client sent
   */
  default void refused(SocketAddress address, ServerMetrics.Refusal why, String reason) {}

  /** A client is on the desktop: its identity says as whom and with which rights. */
  default void entered(ClientInfo client) {}

  /** A client has control that one client has at a time ({@link ControlPolicy}). */
  default void controlled(ClientInfo client) {}

  /**
   * A session has ended; called once for each that {@link #connected}, and last.
   *
   * @param client as it was at its end
   * @param entered whether it had been on the desktop
   * @param reason for people; may quote what the client sent
   * @param time since it connected
   */
  default void left(ClientInfo client, boolean entered, String reason, Duration time) {}

  /**
   * A client asked to switch the machine. Also by whoever completes the request.
   *
   * @param action a {@link PowerControl.Action}'s name, or {@code code N} for what is none
   * @param result {@code requested}, {@code done}, {@code failed: ...} or {@code refused: ...}
   */
  default void power(Client client, String action, String result) {}

  /**
   * Clipboards were handed over.
   *
   * @param transfers how many, from 1
   * @param length characters or bytes of all of them
   */
  default void clipboard(Client client, Direction direction, int transfers, long length) {}
}
