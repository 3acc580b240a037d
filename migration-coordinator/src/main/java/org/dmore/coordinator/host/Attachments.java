package org.dmore.coordinator.host;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consoles that one host keeps attached, by the user VM's name. Thread-safe. */
public final class Attachments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final ControlPorts ports;
  private final Duration servePatience;
  private final Map<String, Followed> followed = new HashMap<>();

  private record Followed(String domR, PairAttachment attachment) {}

  /**
   * Begins with none.
   *
   * @param ports dom0's interfaces, which stay the caller's
   * @param servePatience how long consoled may take before it is told that it does not serve
   */
  public Attachments(ControlPorts ports, Duration servePatience) {
    this.ports = ports;
    this.servePatience = servePatience;
  }

  /** Follows a pair, in place of any other with the same user VM; once is enough. */
  public synchronized void follow(String domU, String domR) throws XenException {
    Followed before = followed.get(domU);
    if (before != null) {
      if (before.domR().equals(domR) && !before.attachment().ended().isDone()) {
        return;
      }
      unfollow(domU);
    }
    PairAttachment attachment =
        new PairAttachment(
            ports,
            domR,
            domU,
            servePatience,
            event -> LOG.info("domu={} {} {}", domU, event.kind(), event.details()));
    attachment.start();
    followed.put(domU, new Followed(domR, attachment));
  }

  /** Follows no more; devices and grants stay as they are. */
  public synchronized void unfollow(String domU) {
    Followed before = followed.remove(domU);
    if (before != null) {
      before.attachment().close();
    }
  }

  @Override
  public synchronized void close() {
    followed.values().forEach(pair -> pair.attachment().close());
    followed.clear();
  }
}
