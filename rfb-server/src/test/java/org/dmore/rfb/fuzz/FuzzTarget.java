package org.dmore.rfb.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.dmore.rfb.web.WebSocketFuzz;

/** What is fuzzed. */
enum FuzzTarget {
  /** From the first byte to ClientInit. */
  HANDSHAKE(HandshakeFuzz.class),
  /** What a client says that is in. */
  MESSAGES(MessagesFuzz.class),
  /** Any pixel format in any encoding, decoded and compared. */
  PIXELS(PixelsFuzz.class),
  /** Frames of a WebSocket. */
  WEBSOCKET(WebSocketFuzz.class),
  /** The extended clipboard's compressed body. */
  CLIPBOARD(ClipboardFuzz.class);

  private final Class<?> target;

  FuzzTarget(Class<?> target) {
    this.target = target;
  }

  /** The class that the fuzzer calls. */
  Class<?> target() {
    return target;
  }

  /** Gives it one input; throws if that finds a fault. */
  void run(byte[] bytes) {
    switch (this) {
      case HANDSHAKE -> HandshakeFuzz.fuzzerTestOneInput(bytes);
      case MESSAGES -> MessagesFuzz.fuzzerTestOneInput(bytes);
      case PIXELS -> PixelsFuzz.fuzzerTestOneInput(bytes);
      case WEBSOCKET -> WebSocketFuzz.fuzzerTestOneInput(bytes);
      case CLIPBOARD -> ClipboardFuzz.fuzzerTestOneInput(bytes);
    }
  }

  /** What the command line and folders call it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<FuzzTarget> of(String label) {
    return Arrays.stream(values()).filter(target -> target.label().equals(label)).findFirst();
  }
}
