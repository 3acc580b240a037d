package org.dmore.vdev.frontend;

import java.util.Optional;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventPort;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux's xenbus core and a driver's probe, remove, resume and backend_changed do, for one
 * device: {@code drivers/xen/xenbus/xenbus_probe.c}, {@code xenbus_probe_frontend.c}, {@code
 * xenbus_client.c} and what {@code xen-kbdfront.c} and {@code xen-fbfront.c} have in common.
 *
 * <ul>
 *   <li>The state is kept in memory and written only when it changes, and never into a node that is
 *       gone.
 *   <li>A driver is removed (module unloaded, or unbound through sysfs) without CLOSING: channel
 *       and grants end, then CLOSED is written.
 *   <li>A probe does not look at the backend's state and does not begin with INITIALISING: nodes,
 *       INITIALISED, and only then the watch. If the backend still says CLOSED at that moment, from
 *       the time before, the driver closes the device again, although it stays bound.
 *   <li>A bound driver that closed so keeps page, grant and channel; an INIT_WAIT of the backend
 *       makes it CONNECTED with these.
 *   <li>At shutdown the driver waits for the backend's CLOSING, 5 s at most, and for nothing else.
 * </ul>
 *
 * <p>Confined to the guest's CPU; the watch hops there.
 */
public abstract class XenbusFrontend {
  private static final Logger LOG = LoggerFactory.getLogger(XenbusFrontend.class);

  private final GuestPorts ports;
  private final GuestCpu cpu;
  private final String path;

  private XenStore.Watch backendWatch;
  private String backend;
  private DomainId backendId;
  private XenbusState state = XenbusState.INITIALISING;
  private boolean dead;
  private boolean shuttingDown;
  private boolean down;

  XenbusFrontend(GuestPorts ports, GuestCpu cpu, String path) {
    this.ports = ports;
    this.cpu = cpu;
    this.path = path;
  }

  /**
   * Finds the device's backend and offers it the shared page, as a driver's probe does.
   *
   * @throws XenException ENOENT if the device's nodes are not there
   */
  public final void probe() throws XenException {
    findBackend();
    probed();
    connectBackend();
    watchBackend();
  }

  /**
   * Connects anew after the guest was restored somewhere else: channel and grants are gone, the
   * page is the guest's own memory still and is wiped. The backend is whatever the nodes name at
   * this moment; if they are not there the device is dead, as it is in Linux.
   */
  public final void resume() {
    if (backendWatch != null) {
      backendWatch.close();
      backendWatch = null;
    }
    forgetConnection();
    state = XenbusState.INITIALISING;
    try {
      findBackend();
      wipePage();
      connectBackend();
      watchBackend();
      dead = false;
    } catch (XenException e) {
      dead = true;
      LOG.warn("device={} failed to restore: {}", path, e.getMessage());
    }
  }

  /**
   * Unloads the driver, or unbinds the device from it: the device stays away until {@link #probe}.
   *
   * @throws XenException if xenstore refuses
   */
  public final void remove() throws XenException {
    if (backendWatch != null) {
      backendWatch.close();
      backendWatch = null;
    }
    disconnectBackend();
    switchState(XenbusState.CLOSED);
  }

  /**
   * Asks the backend to close, as the kernel does for each device when it halts, reboots or starts
   * another kernel; {@link #isDown} tells when it may go on.
   *
   * @throws XenException if xenstore refuses
   */
  public final void shutdown() throws XenException {
    shuttingDown = true;
    if (state != XenbusState.CONNECTED) {
      down = true; // the kernel passes over a device that is not connected
      return;
    }
    switchState(XenbusState.CLOSING);
  }

  /** Whether the backend answered {@link #shutdown}, so that the kernel need not wait 5 s. */
  public final boolean isDown() {
    return down;
  }

  /** Stops without a word, as when another kernel is started in place of this one (kexec). */
  public final void vanish() {
    if (backendWatch != null) {
      backendWatch.close();
      backendWatch = null;
    }
    forgetConnection();
  }

  /** Whether the last restore found no backend. */
  public final boolean isDead() {
    return dead;
  }

  /** Where this end stands. */
  public final XenbusState state() {
    return state;
  }

  /** Reads what the backend offers, once, before the first connection. */
  abstract void probed() throws XenException;

  /** Makes the page what it is at the beginning. */
  abstract void wipePage();

  /** Grants, allocates the channel and {@linkplain #publish publishes}. */
  abstract void connectBackend() throws XenException;

  /** Ends channel and grants in order. */
  abstract void disconnectBackend() throws XenException;

  /** Forgets channel and grants, which went with the old host. */
  abstract void forgetConnection();

  /** The backend says CONNECTED. */
  void backendConnected() throws XenException {}

  /** The device's own nodes, relative to the guest's domain. */
  final String path() {
    return path;
  }

  final GuestPorts ports() {
    return ports;
  }

  final GuestCpu cpu() {
    return cpu;
  }

  final DomainId backendId() {
    return backendId;
  }

  /** A node of the backend's. */
  final Optional<String> backendNode(String name) throws XenException {
    return ports.xenStore().read(backend + "/" + name);
  }

  final EventPort allocateChannel(Runnable handler) throws XenException {
    EventPort port = ports.eventChannels().allocateUnbound(backendId);
    cpu.onEvent(port, handler);
    return port;
  }

  final void closeChannel(EventPort port) throws XenException {
    cpu.removeEvent(port);
    ports.eventChannels().unbind(port);
  }

  /** Writes nodes of this end as one, and then INITIALISED. */
  final void publish(NodeWriter nodes) throws XenException {
    ports
        .xenStore()
        .inTransaction(
            view -> {
              nodes.write(view, path);
              return null;
            });
    switchState(XenbusState.INITIALISED);
  }

  /** Writes nodes below a path. */
  @FunctionalInterface
  interface NodeWriter {
    void write(XenStoreView view, String path) throws XenException;
  }

  private void findBackend() throws XenException {
    Optional<String> named = ports.xenStore().read(path + "/backend");
    Optional<String> id = ports.xenStore().read(path + "/backend-id");
    if (named.isEmpty() || id.isEmpty()) {
      throw new XenException(
          org.dmore.xen.Errno.ENOENT, "device=" + path + " names no backend: is it attached?");
    }
    if (ports.xenStore().read(named.get()).isEmpty()) {
      throw new XenException(
          org.dmore.xen.Errno.ENOENT, "device=" + path + " backend=" + named.get() + " is missing");
    }
    backend = named.get();
    backendId = DomainId.parse(id.get());
  }

  private void watchBackend() throws XenException {
    backendWatch =
        ports.xenStore().watch(backend + "/state", changed -> cpu.execute(this::followBackend));
  }

  private void followBackend() {
    if (backendWatch == null) {
      return;
    }
    try {
      XenbusState theirs = backendNode("state").map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
      if (shuttingDown) {
        if (theirs == XenbusState.CLOSING) {
          close(); // the one state that counts at shutdown
        }
        return;
      }
      switch (theirs) {
        case INIT_WAIT -> switchState(XenbusState.CONNECTED);
        case CONNECTED -> {
          switchState(XenbusState.CONNECTED); // a fast backend may have passed INIT_WAIT unseen
          backendConnected();
        }
        case CLOSED -> {
          if (state != XenbusState.CLOSED) {
            close(); // CLOSING was missed
          }
        }
        case CLOSING -> close();
        default -> {}
      }
    } catch (XenException e) {
      LOG.debug("device={} backend cannot be read: {}", path, e.getMessage());
    }
  }

  /** {@code xenbus_frontend_closed}: says so and no more. Page, grant and channel stay. */
  private void close() throws XenException {
    switchState(XenbusState.CLOSED);
    down = true;
  }

  private void switchState(XenbusState next) throws XenException {
    if (next == state) {
      return;
    }
    boolean written =
        ports
            .xenStore()
            .inTransaction(
                view -> {
                  if (view.read(path + "/state").isEmpty()) {
                    return false; // the device is being taken away: it is not brought back
                  }
                  view.write(path + "/state", next.wireText());
                  return true;
                });
    if (written) {
      state = next;
    }
  }
}
