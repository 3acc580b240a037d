package org.dmore.coordinator.cli.hostd;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where a {@code hostd} answers, and how to prove who asks. */
public sealed interface HostdAddress {
  /**
   * On this host.
   *
   * @param socket its Unix socket, which says itself who asks
   */
  record Local(Path socket) implements HostdAddress {}

  /**
   * On any host.
   *
   * @param uri {@code https://HOST:PORT}
   * @param certificate of who asks, PEM
   * @param key the certificate's, PEM
   * @param authority certificates that vouch for hosts, PEM
   */
  record Remote(URI uri, Path certificate, Path key, Path authority) implements HostdAddress {}

  /**
   * Reads what was given on the command line.
   *
   * @throws IllegalArgumentException if it is no address, or a file that it needs is not named
   */
  static HostdAddress of(
      String text, Optional<Path> certificate, Optional<Path> key, Optional<Path> authority) {
    if (text.startsWith("unix:/")) {
      return new Local(Path.of(text.substring("unix:".length())));
    }
    if (text.startsWith("https://")) {
      URI uri = URI.create(text);
      if (uri.getHost() == null || uri.getPort() < 0) {
        throw new IllegalArgumentException("hostd=" + text + " must be https://HOST:PORT");
      }
      if (certificate.isEmpty() || key.isEmpty() || authority.isEmpty()) {
        throw new IllegalArgumentException(
            "hostd=" + text + " needs to know who asks: give --cert, --key and --ca");
      }
      return new Remote(uri, certificate.get(), key.get(), authority.get());
    }
    throw new IllegalArgumentException(
        "hostd=" + text + " must be unix:/PATH or https://HOST:PORT");
  }
}
