package org.dmore.rfb.session;

import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
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
  private boolean any;
  private long lastLine;
  private int unlogged;
  private long unloggedBytes;

  ClipboardAudit(Client client) {
    this.client = client;
  }

  /** A client's text of that many characters went to its sink. */
  void toGuest(int characters) {
    transferred("to-guest", characters);
  }

  /** The guest's text of that many bytes went to the client. */
  void toClient(int bytes) {
    transferred("to-client", bytes);
  }

  /** The client is gone. */
  void end() {
    if (unlogged > 0) {
      line("both", 0);
    }
  }

  private void transferred(String direction, int length) {
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

  private void line(String direction, int length) {
    AUDIT.info(
        "clipboard direction={} length={} before={} before-length={} client={} address={}"
            + " user=\"{}\"",
        direction,
        length,
        unlogged,
        unloggedBytes,
        client.id(),
        client.address(),
        client.identity().name());
    unlogged = 0;
    unloggedBytes = 0;
  }
}
