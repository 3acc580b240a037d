package org.dmore.rfb.session;

import java.util.Optional;
import org.dmore.rfb.codec.ServerClipboard;

/** The guest's clipboard, as it was told last. Thread-safe. */
public final class SharedClipboard {
  private volatile Optional<ServerClipboard> content = Optional.empty();

  public void set(ServerClipboard now) {
    content = Optional.of(now);
  }

  Optional<ServerClipboard> content() {
    return content;
  }
}
