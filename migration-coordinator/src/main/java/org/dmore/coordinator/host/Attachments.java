package org.dmore.coordinator.host;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consoles that one host keeps attached, by the user VM's name; and what their viewers ask to
 * be done to the VM's power. Thread-safe.
 */
public final class Attachments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final ControlPorts ports;
  private final Duration servePatience;
  private final PowerActions power;
  private final Map<String, Followed> followed = new HashMap<>();

  /**
   * Begins with none.
   *
   * @param ports dom0's interfaces, which stay the caller's
   * @param servePatience how long consoled may take before it is told that it does not serve
   * @param power switches this host's VMs
   */
  public Attachments(ControlPorts ports, Duration servePatience, PowerActions power) {
    this.ports = ports;
    this.servePatience = servePatience;
    this.power = power;
  }

  /**
   * Follows a pair, in place of any other with the same user VM; once is enough.
   *
   * @param shared whether DomR serves other guests too
   */
  public synchronized void follow(String domU, String domR, boolean shared) throws XenException {
    Followed before = followed.get(domU);
    if (before != null) {
      if (before.domR.equals(domR)
          && before.shared == shared
          && !before.attachment.ended().isDone()) {
        return;
      }
      unfollow(domU);
    }
    Followed now = new Followed(domU, domR, shared);
    now.attachment.start();
    followed.put(domU, now);
  }

  /** Follows no more; devices and grants stay as they are. */
  public synchronized void unfollow(String domU) {
    Followed before = followed.remove(domU);
    if (before != null) {
      before.close();
    }
  }

  @Override
  public synchronized void close() {
    followed.values().forEach(Followed::close);
    followed.clear();
  }

  /** One pair: the attachment, and whoever listens to the DomR that it has now. */
  private final class Followed implements AutoCloseable {
    private final String domU;
    private final String domR;
    private final boolean shared;
    private final PairAttachment attachment;
    private Optional<PowerRequests> requests = Optional.empty();

    Followed(String domU, String domR, boolean shared) {
      this.domU = domU;
      this.domR = domR;
      this.shared = shared;
      this.attachment = new PairAttachment(ports, domR, domU, shared, servePatience, this::tell);
    }

    private void tell(AttachmentEvent event) {
      LOG.info("domu={} {} {}", domU, event.kind(), event.details());
      if (event.kind() == AttachmentEvent.Kind.ATTACHED) {
        listenTo(new DomainId(Integer.parseInt(event.details().get("domr").toString())));
      }
    }

    private synchronized void listenTo(DomainId domain) {
      requests.ifPresent(PowerRequests::close);
      ConsoleId console = new ConsoleId(domain, shared ? domU : "");
      PowerRequests next =
          new PowerRequests(ports.xenStore(), console, domU, power, Clock.systemUTC());
      requests = Optional.of(next);
      try {
        next.start();
      } catch (XenException e) {
        LOG.warn("power: domu={} requests are not followed: {}", domU, e.getMessage());
      }
    }

    @Override
    public void close() {
      attachment.close();
      synchronized (this) {
        requests.ifPresent(PowerRequests::close);
        requests = Optional.empty();
      }
    }
  }
}
