package org.dmore.vdev.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>What the frontend offers is looked at again at each change, since a driver that is reloaded
 * quickly passes through its states faster than we see them: an offer that is not the one that we
 * took ends the connection, and a new one begins.
 *
 * <p>For a move, {@link #detach} lets go of everything and leaves the nodes as they are; {@link
 * #attach} takes it up again.
 *
 * <p>Everything runs on the console's event loop.
 */
public abstract class XenbusBackend {
  private static final Logger LOG = LoggerFactory.getLogger(XenbusBackend.class);

  /** Connections that are logged: a guest can come and go without end. */
  private static final int LOGGED_CONNECTIONS = 20;

  private final DeviceId id;
  private final XenStore store;
  private final Executor loop;
  private final Complaints complaints;
  private final AtomicBoolean followPosted = new AtomicBoolean();
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
  private List<String> offer = List.of();
  private int connections;

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
        ownState() == XenbusState.CONNECTED
            && frontendState().map(XenbusState::parse).equals(Optional.of(XenbusState.CONNECTED));
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

  /** The nodes that make up an offer to connect; as long as one is missing there is none. */
  abstract List<String> offerNodes();

  /**
   * Maps the page and binds the channel.
   *
   * @param texts of {@link #offerNodes}, in that order, read once
   * @return false if something is not there yet: it is tried again when a node changes
   * @throws XenException if the guest's offer cannot be taken
   */
  abstract boolean connect(List<String> texts) throws XenException;

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

  /** Any number of changes are one look: a guest that writes without end must not fill the loop. */
  private void changed(String path) {
    if (followPosted.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            followPosted.set(false);
            follow();
          });
    }
  }

  private void follow() {
    if (!started || detached) {
      return;
    }
    try {
      Optional<String> state = frontendState();
      if (state.isPresent()) {
        react(XenbusState.parse(state.get()));
      } else {
        frontendGone();
      }
    } catch (XenException e) {
      // The nodes may be going away under us; the next event will tell.
      complaints.complain("xenstore refuses", e.getMessage());
    } catch (IllegalArgumentException e) {
      complaints.complain("a node makes no sense", e.getMessage());
    }
  }

  /**
   * The text of the frontend's state, if there is one. A node that is gone with the directories
   * above it answers EACCES: they were never ours to read.
   */
  private Optional<String> frontendState() throws XenException {
    try {
      return store.read(id.frontendPath() + "/state");
    } catch (XenException e) {
      if (e.errno() == Errno.EACCES || e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void frontendGone() throws XenException {
    if (connected) {
      note("frontend is gone");
    }
    letGo(Parting.VANISHED);
    say(XenbusState.CLOSED);
  }

  private void react(XenbusState frontend) throws XenException {
    switch (frontend) {
      case INITIALISING -> {
        letGo(Parting.VANISHED);
        if (ownState() != XenbusState.INIT_WAIT) {
          announce();
        }
      }
      case INITIALISED, CONNECTED -> takeOffer();
      case CLOSING -> {
        letGo(Parting.CLOSED);
        say(XenbusState.CLOSING);
      }
      case CLOSED -> {
        letGo(Parting.CLOSED);
        say(XenbusState.CLOSED);
      }
      case UNKNOWN -> complaints.complain("unknown state", "path=" + id.frontendPath() + "/state");
      default -> {
        if (frontend != XenbusState.INIT_WAIT) {
          complaints.complain("state out of order", "state=" + frontend);
        }
      }
    }
  }

  /** Called once the state says CONNECTED: now the device may be used. */
  void connectionSettled() {}

  private void takeOffer() throws XenException {
    Optional<List<String>> offered = readOffer();
    if (offered.isEmpty()) {
      return; // its nodes will change
    }
    if (connected && !offered.get().equals(offer)) {
      letGo(Parting.VANISHED); // the driver began anew before we saw it go
    }
    if (!connected && connectSafely(offered.get())) {
      connected = true;
      offer = offered.get();
      connections++;
      try {
        say(XenbusState.CONNECTED);
      } finally {
        note("connected");
        connectionSettled();
      }
    }
  }

  private Optional<List<String>> readOffer() throws XenException {
    List<String> texts = new ArrayList<>();
    for (String node : offerNodes()) {
      Optional<String> text = store.read(node);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(List.copyOf(texts));
  }

  private void note(String what) {
    if (connections <= LOGGED_CONNECTIONS) {
      LOG.info("device={} {}", id, what);
    } else {
      LOG.debug("device={} {} connections={}", id, what, connections);
    }
  }

  private boolean connectSafely(List<String> texts) {
    try {
      return connect(texts);
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
      note("disconnected");
    }
  }

  private void announce() throws XenException {
    String path = id.backendPath();
    store.inTransaction(
        view -> {
          if (view.read(path + "/frontend").isEmpty()) {
            return null; // taken away by the toolstack: writing would bring it back to life
          }
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

  private XenbusState ownState() throws XenException {
    return store
        .read(id.backendPath() + "/state")
        .map(XenbusState::parse)
        .orElse(XenbusState.UNKNOWN);
  }
}
