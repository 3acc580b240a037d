package org.dmore.rfb.session;

import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.ServerListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who handed which clipboard over, and how much; never what. A client can send thousands of them a
 * second: then a line a second tells of those between, and one at the end of the rest.
 *
 * <p>Used on the client's event loop.
 */
final class ClipboardAudit {
  private static final Logger AUDIT = LoggerFactory.getLogger("org.dmore.rfb.audit");
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Client client;
  private final ServerListener listener;
  private boolean any;
  private long lastLine;
  private int unlogged;
  private long unloggedBytes;

  ClipboardAudit(Client client, ServerListener listener) {
    this.client = client;
    this.listener = listener;
  }

  /** A client's text of that many characters went to its sink. */
  void toGuest(int characters) {
    transferred(ServerListener.Direction.TO_GUEST, characters);
  }

  /** The guest's text of that many bytes went to the client. */
  void toClient(int bytes) {
    transferred(ServerListener.Direction.TO_CLIENT, bytes);
  }

  /** The client is gone. */
  void end() {
    if (unlogged > 0) {
      line(ServerListener.Direction.BOTH, 0);
    }
  }

  private void transferred(ServerListener.Direction direction, int length) {
    long now = System.nanoTime();
    if (any && now - lastLine < QUIET_NANOS) {
      unlogged++;
      unloggedBytes += length;
      return;
    }
    any = true;
    lastLine = now;
    line(direction, length);
  }

  private void line(ServerListener.Direction direction, int length) {
    AUDIT.info(
        "clipboard direction={} length={} before={} before-length={} client={} address={}"
            + " user=\"{}\"",
        direction.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        length,
        unlogged,
        unloggedBytes,
        client.id(),
        client.address(),
        client.identity().name());
    if (direction != ServerListener.Direction.BOTH) {
      listener.clipboard(client, direction, 1, length);
    }
    if (unlogged > 0) {
      listener.clipboard(client, ServerListener.Direction.BOTH, unlogged, unloggedBytes);
    }
    unlogged = 0;
    unloggedBytes = 0;
  }
}
