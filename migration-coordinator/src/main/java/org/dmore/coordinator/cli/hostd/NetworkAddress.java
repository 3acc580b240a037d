package org.dmore.coordinator.cli.hostd;

/**
 * Where a VNC server listens.
 *
 * @param host a name or a number, without brackets
 * @param port 1 to 65535
 */
record NetworkAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code HOST:PORT}, or {@code [HOST]:PORT}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static NetworkAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon));
      int port = Integer.parseInt(text.substring(colon + 1));
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      } else if (host.indexOf(':') >= 0) {
        throw new IllegalArgumentException("address=" + text + " must be [HOST]:PORT");
      }
      if (!host.isEmpty() && port >= 1 && port <= MAX_PORT) {
        return new NetworkAddress(host, port);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("address=" + text + " must be HOST:PORT", e);
    }
    throw new IllegalArgumentException("address=" + text + " must be HOST:PORT");
  }

  /** With brackets if the host has colons. */
  String bracketed() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
