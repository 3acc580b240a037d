package org.dmore.coordinator.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants a guest's framebuffer to its DomR on the guest's behalf.
 *
 * <p>The guest's driver shares its page and pixels by frame number, which a backend outside of dom0
 * cannot map. So dom0 reads those numbers out of the page ({@link SharedFrames}), writes a grant
 * entry for each ({@link SeededGrants}) and tells DomR the references. When the driver goes, what
 * was granted is taken back as soon as nobody has it mapped.
 *
 * <p>Grants that stand and are right are never touched: a seeder that is begun anew, beside a
 * connection that lives, changes nothing.
 *
 * <p>Thread-safe.
 */
final class FramebufferSeeder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FramebufferSeeder.class);

  private final ControlPorts ports;
  private final DeviceId device;
  private final DomainId domR;
  private final SeededGrants grants;
  private final Listener listener;
  private final String frontend;
  private final String backend;
  private final List<XenStore.Watch> watches = new ArrayList<>();
  private Offer granted = Offer.NONE;
  private XenbusState lastState = XenbusState.UNKNOWN;
  private boolean clean;
  private boolean closed;
  private String lastProblem = "";

  /** Hears of what the seeder does, on the thread on which it looks. */
  interface Listener {
    /** The guest's pages were granted; {@code pages} includes the shared one. */
    void granted(int pages);

    /** They cannot be, for a reason that was not told last time. */
    void refused(String problem);
  }

  /** What tells one connection of the guest's driver from the next. */
  private record Offer(String pageRef, String eventChannel) {
    static final Offer NONE = new Offer("", "");
  }

  FramebufferSeeder(ControlPorts ports, DeviceId device, DomainId domR, Listener listener) {
    this.ports = ports;
    this.device = device;
    this.domR = domR;
    this.grants = new SeededGrants(ports, device.frontend());
    this.listener = listener;
    this.frontend = device.frontendPath();
    this.backend = DeviceNodes.backendPath(domR, device);
  }

  /** A seeder that tells the log what it does. */
  static FramebufferSeeder logging(ControlPorts ports, DeviceId device, DomainId domR) {
    return new FramebufferSeeder(
        ports,
        device,
        domR,
        new Listener() {
          @Override
          public void granted(int pages) {
            LOG.debug("device={} granted to domain={} pages={}", device, domR, pages);
          }

          @Override
          public void refused(String problem) {
            LOG.warn("device={} cannot be granted to domain={}: {}", device, domR, problem);
          }
        });
  }

  /** Begins to follow the guest's driver; without it, {@link #look} is the caller's to call. */
  synchronized void start() throws XenException {
    watches.add(ports.xenStore().watch(frontend + "/state", path -> look()));
    watches.add(ports.xenStore().watch(backend, path -> look()));
  }

  /** Stops; what is granted stays so. */
  @Override
  public synchronized void close() {
    closed = true;
    watches.forEach(XenStore.Watch::close);
    watches.clear();
  }

  /** Does what the guest's driver needs now, if anything. */
  synchronized void look() {
    if (closed) {
      return;
    }
    try {
      XenbusState state =
          node(frontend + "/state").map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
      if (state == XenbusState.INITIALISED || state == XenbusState.CONNECTED) {
        grantOnce(state);
      } else {
        withdraw();
      }
      lastState = state;
      lastProblem = "";
    } catch (XenException | IllegalArgumentException e) {
      if (!e.getMessage().equals(lastProblem)) {
        lastProblem = e.getMessage();
        listener.refused(e.getMessage());
      }
    }
  }

  /** Whether the last look failed; another may not, even if no node changes. */
  synchronized boolean isRefused() {
    return !lastProblem.isEmpty();
  }

  private void grantOnce(XenbusState state) throws XenException {
    String pageRef =
        node(frontend + "/page-ref")
            .orElseThrow(
                () -> new IllegalArgumentException("the guest's driver shares no page-ref"));
    Offer offer = new Offer(pageRef, node(frontend + "/event-channel").orElse(""));
    boolean begunAnew = state == XenbusState.INITIALISED && lastState != XenbusState.INITIALISED;
    boolean known = // DomR takes the node away when it lets go, and waits for it
        node(backend + "/" + FramebufferBackend.GRANT_PAGE_REF).equals(Optional.of(pageRef));
    if (offer.equals(granted) && known && !begunAnew) {
      return;
    }
    SharedFrames frames =
        SharedFrames.read(
            ports.foreignMemory(),
            device.frontend(),
            pageRef,
            node(frontend + "/protocol").orElse(""));
    clean = false;
    int base = grants.grant(domR, frames);
    boolean told = tell(base, frames.count(), pageRef);
    granted = offer;
    if (told) {
      listener.granted(frames.count());
    }
  }

  /** Tells DomR the references, unless it has been told. */
  private boolean tell(int base, int count, String pageRef) throws XenException {
    return ports
        .xenStore()
        .inTransaction(
            view -> {
              if (view.read(backend + "/frontend").isEmpty()) {
                return false; // taken away: writing would bring the directory back to life
              }
              boolean baseNew = put(view, FramebufferBackend.GRANT_BASE, Integer.toString(base));
              boolean countNew = put(view, FramebufferBackend.GRANT_COUNT, Integer.toString(count));
              boolean refNew = put(view, FramebufferBackend.GRANT_PAGE_REF, pageRef);
              return baseNew || countNew || refNew;
            });
  }

  private boolean put(XenStoreView view, String name, String value) throws XenException {
    String path = backend + "/" + name;
    if (view.read(path).equals(Optional.of(value))) {
      return false;
    }
    view.write(path, value);
    return true;
  }

  /** The driver has gone, or has not come: DomR is to map nothing that was. */
  private void withdraw() throws XenException {
    granted = Offer.NONE;
    if (clean) {
      return;
    }
    String told = backend + "/" + FramebufferBackend.GRANT_PAGE_REF;
    if (node(told).isPresent()) {
      ports.xenStore().remove(told);
    }
    clean = grants.revokeUnmapped();
  }

  private Optional<String> node(String path) throws XenException {
    return ports.xenStore().read(path);
  }
}
