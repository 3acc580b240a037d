package org.dmore.benchmarks.lab.viewer;

import java.io.IOException;

/** The server said what RFB, or what this client offered, does not allow. */
public final class ProtocolException extends IOException {
  ProtocolException(String message) {
    super("the server broke the protocol: " + message);
  }

  static void check(boolean condition, String message) throws ProtocolException {
    if (!condition) {
      throw new ProtocolException(message);
    }
  }
}
