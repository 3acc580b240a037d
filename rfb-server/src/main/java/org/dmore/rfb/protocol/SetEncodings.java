package org.dmore.rfb.protocol;

import java.util.List;

/**
 * The encodings and pseudo-encodings that the client takes, best first (RFC 6143, 7.5.2). It
 * replaces what was said before.
 */
public record SetEncodings(List<Integer> encodings) implements ClientMessage {
  public SetEncodings {
    encodings = List.copyOf(encodings);
  }
}
