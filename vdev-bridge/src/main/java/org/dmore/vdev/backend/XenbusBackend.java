package org.dmore.vdev.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a paravirtual device: carries out the handshake of {@code public/io/xenbus.h} as a
 * backend does, and tells its subclass when to connect and when to let go.
 *
 * <pre>
 *    frontend                          backend
 *    --------                          -------
 *                                      writes features, INIT_WAIT
 *    offers page and port,
 *    INITIALISED (or CONNECTED)  ---&gt;  maps, binds, CONNECTED
 *    CLOSING                     ---&gt;  unmaps, CLOSING
 *    CLOSED, or gone             ---&gt;  unmaps, CLOSED
 *    INITIALISING                ---&gt;  unmaps what is left, INIT_WAIT
 * </pre>
 *
 * <p>A backend whose own state is CONNECTED when it starts, against a CONNECTED frontend, takes
 * over a living connection without the frontend noticing: after a move that was called off, or a
 * restart of the daemon.
 *
 * <p>For a move, {@link #detach} lets go of everything and leaves the nodes as they are; {@link
 * #attach} takes it up again.
 *
 * <p>Everything runs on the console's event loop.
 */
public abstract class XenbusBackend {
  private static final Logger LOG = LoggerFactory.getLogger(XenbusBackend.class);

  private final DeviceId id;
  private final XenStore store;
  private final Executor loop;
  private final Complaints complaints;
  private final List<XenStore.Watch> watches = new ArrayList<>();

  /** Why a connection ends. */
  public enum Parting {
    /** We let go, for a move or to stop; the frontend does not know and goes on with its page. */
    DETACHED,
    /** The frontend closed the device in order. */
    CLOSED,
    /** The frontend is gone without a word. */
    VANISHED
  }

  private boolean started;
  private boolean detached;
  private boolean connected;

  XenbusBackend(DeviceId id, DomainPorts ports, Executor loop) {
    this.id = id;
    this.store = ports.xenStore();
    this.loop = loop;
    this.complaints = new Complaints(id.toString());
  }

  /** Which device this is. */
  public final DeviceId id() {
    return id;
  }

  /** Whether the shared page is mapped and served. */
  public final boolean isConnected() {
    return connected;
  }

  /** What the guest did wrong so far, in number. */
  public final long guestFaults() {
    return complaints.total();
  }

  /**
   * Writes the features, says INIT_WAIT unless there is a living connection to take over, and
   * follows the frontend from then on.
   *
   * @throws XenException if xenstore refuses
   */
  public final void start() throws XenException {
    started = true;
    boolean takeOver =
        state(store, id.backendPath()) == XenbusState.CONNECTED
            && state(store, id.frontendPath()) == XenbusState.CONNECTED;
    if (!takeOver) {
      announce();
    }
    watches.add(store.watch(id.frontendPath() + "/state", this::changed));
    watches.add(store.watch(id.backendPath(), this::changed));
  }

  /** Lets go of everything and stops following the frontend; the nodes stay as they are. */
  public final void stop() {
    started = false;
    watches.forEach(XenStore.Watch::close);
    watches.clear();
    letGo(Parting.DETACHED);
  }

  /**
   * Stops following the frontend and leaves mapping and channel untouched, because a migration that
   * was not announced has cut them already.
   */
  public final void abandon() {
    started = false;
    watches.forEach(XenStore.Watch::close);
    watches.clear();
    if (connected) {
      connected = false;
      abandonConnection();
    }
  }

  /** Lets go of everything until {@link #attach}, without a word to the frontend. */
  public final void detach() {
    detached = true;
    letGo(Parting.DETACHED);
  }

  /** Undoes {@link #detach}. */
  public final void attach() {
    detached = false;
    follow();
  }

  /** Writes what this backend can do, before the guest's driver looks. */
  abstract void writeFeatures(XenStoreView view, String path) throws XenException;

  /**
   * Maps the page and binds the channel.
   *
   * @return false if something is not there yet: it is tried again when a node changes
   * @throws XenException if the guest's offer cannot be taken
   */
  abstract boolean connect() throws XenException;

  /** Unmaps and unbinds; called only while connected. */
  abstract void disconnect(Parting parting);

  /** Forgets mapping and channel without touching them; called only while connected. */
  abstract void abandonConnection();

  final Complaints complaints() {
    return complaints;
  }

  final XenStore store() {
    return store;
  }

  /** A node of the frontend's, if it is there. */
  final Optional<String> frontendNode(String name) throws XenException {
    return store.read(id.frontendPath() + "/" + name);
  }

  private void changed(String path) {
    loop.execute(this::follow);
  }

  private void follow() {
    if (!started || detached) {
      return;
    }
    try {
      react(state(store, id.frontendPath()));
    } catch (XenException e) {
      // The nodes may be going away under us; the next event will tell.
      complaints.complain("xenstore refuses", e.getMessage());
    } catch (IllegalArgumentException e) {
      complaints.complain("a node makes no sense", e.getMessage());
    }
  }

  private void react(XenbusState frontend) throws XenException {
    switch (frontend) {
      case INITIALISING -> {
        if (connected || state(store, id.backendPath()) == XenbusState.CLOSED) {
          letGo(Parting.VANISHED);
          announce();
        }
      }
      case INITIALISED, CONNECTED -> {
        if (!connected && connectSafely()) {
          connected = true;
          say(XenbusState.CONNECTED);
          LOG.info("device={} connected", id);
          connectionSettled();
        }
      }
      case CLOSING -> {
        letGo(Parting.CLOSED);
        say(XenbusState.CLOSING);
      }
      case CLOSED -> {
        letGo(Parting.CLOSED);
        say(XenbusState.CLOSED);
      }
      case UNKNOWN -> {
        if (store.read(id.frontendPath() + "/state").isEmpty()) {
          if (connected) {
            LOG.info("device={} frontend is gone", id);
          }
          letGo(Parting.VANISHED);
          if (store.read(id.backendPath() + "/frontend").isPresent()) {
            say(XenbusState.CLOSED);
          }
        } else {
          complaints.complain("unknown state", "path=" + id.frontendPath() + "/state");
        }
      }
      default -> {
        if (frontend != XenbusState.INIT_WAIT) {
          complaints.complain("state out of order", "state=" + frontend);
        }
      }
    }
  }

  /** Called once the state says CONNECTED: now the device may be used. */
  void connectionSettled() {}

  private boolean connectSafely() {
    try {
      return connect();
    } catch (XenException e) {
      complaints.complain("cannot connect", e.getMessage());
    } catch (IllegalArgumentException e) {
      complaints.complain("a node makes no sense", e.getMessage());
    }
    return false;
  }

  private void letGo(Parting parting) {
    if (connected) {
      connected = false;
      disconnect(parting);
      LOG.info("device={} disconnected", id);
    }
  }

  private void announce() throws XenException {
    String path = id.backendPath();
    store.inTransaction(
        view -> {
          writeFeatures(view, path);
          view.write(path + "/state", XenbusState.INIT_WAIT.wireText());
          return null;
        });
  }

  private void say(XenbusState state) throws XenException {
    String node = id.backendPath() + "/state";
    try {
      store.inTransaction(
          view -> {
            Optional<String> now = view.read(node);
            if (now.isPresent() && XenbusState.parse(now.get()) != state) {
              view.write(node, state.wireText());
            }
            return null;
          });
    } catch (XenException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.EACCES) {
        throw e;
      }
    }
  }

  private static XenbusState state(XenStoreView view, String path) throws XenException {
    return view.read(path + "/state").map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
  }
}
