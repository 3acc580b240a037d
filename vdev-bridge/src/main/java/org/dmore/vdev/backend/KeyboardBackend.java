package org.dmore.vdev.backend;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.dmore.vdev.input.EventRing;
import org.dmore.xen.Access;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStoreView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend of a paravirtual keyboard and pointer: {@code public/io/kbdif.h}. The guest grants
 * its page, so a domain without privilege can serve it.
 */
public final class KeyboardBackend extends XenbusBackend {
  private static final Logger LOG = LoggerFactory.getLogger(KeyboardBackend.class);

  /** Hears of the device; called on the console's event loop. */
  public interface Listener {
    /**
     * The guest's ring can be used.
     *
     * @param origin whose it was before
     * @param absolute whether the guest asked for absolute positions; empty if it did not say, as
     *     Linux does not when it resumes from a migration: what it said before still holds
     * @return whether the guest gets absolute positions, to be known by the next process too
     */
    boolean keyboardConnected(EventRing ring, Origin origin, Optional<Boolean> absolute);

    /** The guest notified: it may have consumed. */
    void keyboardAdvanced();

    /** The ring is about to go; it can still be read during this call. */
    void keyboardDisconnecting(Parting parting);

    /** The ring went with a migration and cannot be read. */
    void keyboardAbandoned();
  }

  /** Where a ring comes from. */
  public enum Origin {
    /** The guest's driver has just made it. */
    NEW,
    /** It is the one that was disconnected last, untouched in between. */
    SAME,
    /**
     * It was served by a process that is no more, and that may have left keys down in the guest.
     */
    INHERITED
  }

  /** The backend's node that keeps what the guest asked for when it was probed: 1 or 0. */
  static final String ABSOLUTE = "positions-absolute";

  private final GrantTable grants;
  private final EventPump events;
  private final Listener listener;
  private final int width;
  private final int height;

  private SharedPage page;
  private EventPort port;
  private KeyboardRing ring;
  private Connection connection;
  private boolean same;

  /**
   * Makes a backend; {@link #start} sets it to work.
   *
   * @param width the range of absolute x positions, in pixels of the desktop
   * @param height the range of absolute y positions
   */
  public KeyboardBackend(
      DeviceId id,
      DomainPorts ports,
      EventPump events,
      Executor loop,
      int width,
      int height,
      Listener listener) {
    super(id, ports, loop);
    this.grants = ports.grantTable();
    this.events = events;
    this.listener = listener;
    this.width = width;
    this.height = height;
  }

  @Override
  void writeFeatures(XenStoreView view, String path) throws XenException {
    view.write(path + "/feature-abs-pointer", "1");
    view.write(path + "/width", Integer.toString(width));
    view.write(path + "/height", Integer.toString(height));
  }

  @Override
  List<String> offerNodes() {
    String path = id().frontendPath();
    return List.of(path + "/page-gref", path + "/" + NodeEvents.PORT);
  }

  @Override
  boolean connect(List<String> texts) throws XenException {
    Connection offered =
        new Connection(GrantRef.parse(texts.get(0)), EventPort.parse(texts.get(1)));
    SharedPage mapped = grants.map(id().frontend(), offered.gref(), Access.READ_WRITE);
    EventPort bound;
    try {
      bound =
          events.bind(
              id().frontend(),
              offered.remotePort(),
              () -> {
                if (isConnected()) {
                  listener.keyboardAdvanced();
                }
              });
    } catch (XenException | RuntimeException e) {
      mapped.close();
      throw e;
    }
    KeyboardRing opened = new KeyboardRing(mapped, bound, events, complaints());
    same = offered.equals(connection) && ring != null && opened.continues(ring);
    if (same) {
      opened.startAsBefore(ring);
    } else {
      opened.startFresh();
    }
    page = mapped;
    port = bound;
    ring = opened;
    connection = offered;
    return true;
  }

  @Override
  void connectionSettled() {
    Origin origin = same ? Origin.SAME : isInherited() ? Origin.INHERITED : Origin.NEW;
    String kept = "";
    Optional<String> said = Optional.empty();
    try {
      kept = nodes().backend(ABSOLUTE).orElse("");
      said = nodes().frontend("request-abs-pointer");
    } catch (XenException e) {
      complaints().complain("xenstore refuses", e.getMessage());
    }
    if (said.isEmpty() && !kept.isEmpty()) {
      said = Optional.of(kept);
    }
    boolean absolute =
        listener.keyboardConnected(ring, origin, said.map(text -> text.strip().equals("1")));
    keep(kept, absolute ? "1" : "0");
  }

  /** Leaves word for a process that takes this connection over. */
  private void keep(String before, String now) {
    if (before.equals(now)) {
      return;
    }
    try {
      nodes().write((view, path) -> view.write(path + "/" + ABSOLUTE, now));
    } catch (XenException e) {
      LOG.warn("device={} {}={} cannot be kept: {}", id(), ABSOLUTE, now, e.getMessage());
    }
  }

  @Override
  boolean readsAllOnes() {
    return isAllOnes(page);
  }

  @Override
  void disconnect(Parting parting) {
    listener.keyboardDisconnecting(parting);
    try {
      events.unbind(port);
    } catch (XenException e) {
      LOG.warn("device={} event channel was dead already: {}", id(), e.getMessage());
    }
    page.close();
  }

  @Override
  void abandonConnection() {
    listener.keyboardAbandoned();
    events.abandon(port);
    page.abandon();
  }

  /** What the guest offered: equal offers, one connection. */
  private record Connection(GrantRef gref, EventPort remotePort) {}
}
