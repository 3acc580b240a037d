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
 * @param identity who the client is, if the transport made sure of it already, by a token in an
 *     HTTP header say. RFB asks such a client for nothing more
 */
public record ConnectionInfo(
    SocketAddress address, boolean encrypted, Optional<Identity> identity) {

  /** A bare TCP connection. */
  public static ConnectionInfo plain(SocketAddress address) {
    return new ConnectionInfo(address, false, Optional.empty());
  }
}
