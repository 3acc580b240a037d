package org.dmore.coordinator.api;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;

/** The {@code hostd} that a client asks. */
sealed interface Peer {

  /** Where it is. */
  SocketAddress address();

  /** As HTTP's Host header says it. */
  String authority();

  /** Why it cannot be reached, and what to do. */
  ControlException unreachable(Throwable cause);

  /**
   * One on a Unix socket.
   *
   * @param socket the socket's file
   */
  record Local(Path socket) implements Peer {
    @Override
    public SocketAddress address() {
      return new DomainSocketAddress(socket.toString());
    }

    @Override
    public String authority() {
      return "localhost";
    }

    @Override
    public ControlException unreachable(Throwable cause) {
      if (!Files.exists(socket)) {
        return new ControlException(
            Reason.UNAVAILABLE,
            "hostd does not run here: socket="
                + socket
                + " is not there, or may not be seen by this user; start hostd, or say which"
                + " socket is its",
            cause);
      }
      if (!Files.isWritable(socket)) {
        return new ControlException(
            Reason.FORBIDDEN,
            "this user may not use socket="
                + socket
                + ": be root, or one of the socket's group, whom hostd's settings name",
            cause);
      }
      return new ControlException(
          Reason.UNAVAILABLE,
          "hostd does not run: nobody listens at socket=" + socket + "; start it",
          cause);
    }
  }

  /**
   * One on a TCP port.
   *
   * @param host its address or name, as in its certificate
   * @param port the port
   */
  record Remote(String host, int port) implements Peer {
    static Remote of(URI uri) {
      if (!"https".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
        throw new IllegalArgumentException("api=" + uri + " must be like https://HOST:PORT");
      }
      // Addresses of IP version 6 stand in brackets there, and nowhere else.
      return new Remote(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
    }

    @Override
    public SocketAddress address() {
      return InetSocketAddress.createUnresolved(host, port);
    }

    @Override
    public String authority() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public ControlException unreachable(Throwable cause) {
      if (cause instanceof SSLException) {
        return new ControlException(
            Reason.FORBIDDEN,
            "hostd at %s and this client do not trust each other: %s; are both certificates of the same authority, valid today, and is its own for that address?"
                .formatted(authority(), cause.getMessage()),
            cause);
      }
      return new ControlException(
          Reason.UNAVAILABLE,
          "hostd at %s does not answer: %s; is it started there, and does it listen on TCP?"
              .formatted(authority(), textOf(cause)),
          cause);
    }

    private static String textOf(Throwable cause) {
      return cause instanceof IOException && cause.getMessage() != null
          ? cause.getMessage()
          : cause.toString();
    }
  }
}
