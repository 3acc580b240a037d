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
 * What Linux's xenbus core and a driver's probe, resume and backend_changed do, for one device:
 * {@code drivers/xen/xenbus/xenbus_probe_frontend.c} and {@code drivers/input/misc/xen-kbdfront.c}.
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
  private XenbusState state = XenbusState.UNKNOWN;
  private boolean dead;

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
   * Unloads the driver: the device is closed in order and stays away until {@link #probe}.
   *
   * @throws XenException if xenstore refuses
   */
  public final void remove() throws XenException {
    if (backendWatch != null) {
      backendWatch.close();
      backendWatch = null;
    }
    switchState(XenbusState.CLOSING);
    disconnectBackend();
    switchState(XenbusState.CLOSED);
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

  /** Grants, allocates the channel, writes the nodes and INITIALISED. */
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

  /** Writes nodes of this end and INITIALISED, as one. */
  final void publish(NodeWriter nodes) throws XenException {
    ports
        .xenStore()
        .inTransaction(
            view -> {
              nodes.write(view, path);
              view.write(path + "/state", XenbusState.INITIALISED.wireText());
              return null;
            });
    state = XenbusState.INITIALISED;
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
      switch (theirs) {
        case INIT_WAIT -> goConnected();
        case CONNECTED -> {
          goConnected(); // a fast backend may have passed INIT_WAIT unseen
          backendConnected();
        }
        case CLOSING -> switchState(XenbusState.CLOSED);
        default -> {}
      }
    } catch (XenException e) {
      LOG.debug("device={} backend cannot be read: {}", path, e.getMessage());
    }
  }

  private void goConnected() throws XenException {
    if (state == XenbusState.INITIALISED) {
      switchState(XenbusState.CONNECTED);
    }
  }

  private void switchState(XenbusState next) throws XenException {
    ports.xenStore().write(path + "/state", next.wireText());
    state = next;
  }
}
