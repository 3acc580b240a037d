package org.dmore.rfb.security;

import java.net.SocketAddress;
import java.util.Optional;
import org.dmore.rfb.Identity;

/**
 * What a transport knows of a connection before its first byte of RFB.
 *
 * @param address where the client connects from: the socket's, or what a trusted proxy says
 * @param encrypted whether the transport keeps what is said from others' ears and hands, as wss
 *     does
 * @param takesTls whether the client may be offered TLS within the transport. A browser has none
 *     there, and noVNC gives up when it is offered some, whatever else there is
 * @param identity who the client is, if the transport made sure of it already, by a token in an
 *     HTTP header say. RFB asks such a client for nothing more
 */
public record ConnectionInfo(
    SocketAddress address, boolean encrypted, boolean takesTls, Optional<Identity> identity) {

  /** RFB in a WebSocket; in TLS, if {@code encrypted}. */
  public static ConnectionInfo webSocket(SocketAddress address, boolean encrypted) {
    return new ConnectionInfo(address, encrypted, false, Optional.empty());
  }

  /** The same, now that the transport knows who it is. */
  public ConnectionInfo of(Identity known) {
    return new ConnectionInfo(address, encrypted, takesTls, Optional.of(known));
  }

  /** A bare TCP connection. */
  public static ConnectionInfo plain(SocketAddress address) {
    return new ConnectionInfo(address, false, true, Optional.empty());
  }
}
