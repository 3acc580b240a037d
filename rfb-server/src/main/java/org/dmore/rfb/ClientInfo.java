package org.dmore.rfb;

import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * A connection as it stood at one moment.
 *
 * @param id a number that no other connection of this server has
 * @param address where it connects from, as a trusted proxy told it if there is one
 * @param transport what carries RFB: {@code tcp}, {@code websocket} or {@code wss}
 * @param state how far it has come
 * @param version the RFB version, as {@code 3.8}; empty before it is agreed on
 * @param security the security type's name; empty before it is chosen
 * @param identity who it is and what it may do; without name and rights before it has authenticated
 * @param control whether its input goes to the desktop now
 * @param encoding the encoding that the client likes best
 * @param since when it connected
 * @param idle how long ago it last pressed a key or used the pointer; since it connected if it
 *     never did
 * @param bytesReceived from the client
 * @param bytesSent to the client, those included that still wait for its socket
 */
public record ClientInfo(
    long id,
    SocketAddress address,
    String transport,
    State state,
    String version,
    String security,
    Identity identity,
    boolean control,
    String encoding,
    Instant since,
    Duration idle,
    long bytesReceived,
    long bytesSent) {

  /** How far a connection has come. */
  public enum State {
    /** It has not passed the handshake. */
    HANDSHAKE,
    /** It sees the desktop. */
    RUNNING,
    /** Its socket is closed; input that came before is still to be handed over. */
    CLOSING
  }
}
