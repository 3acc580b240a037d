package org.dmore.vdev.backend;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.SharedPage;
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
 *    CLOSED                      ---&gt;  unmaps, CLOSED;
 *                                      after a moment INIT_WAIT, and unless it is answered CLOSED
 *    INITIALISING                ---&gt;  unmaps what is left, INIT_WAIT
 *    gone                        ---&gt;  unmaps, CLOSED
 *
 *    toolstack
 *    ---------
 *    online=0, CLOSING           ---&gt;  unmaps, CLOSED, and no more
 * </pre>
 *
 * <p>A Linux driver that is bound again makes its offer without looking at our state first, and if
 * it then finds the CLOSED of the time before, it closes again, for good, although it stays bound.
 * INIT_WAIT makes it go on with the offer that it made. It is no more than an invitation: a driver
 * that is unbound, and a kernel that shuts down, do not listen, and a kernel that starts where
 * another ran (kexec) must find CLOSED to take the device up.
 *
 * <p>A backend whose own state is CONNECTED when it starts, against a CONNECTED frontend, takes
 * over a living connection without the frontend noticing: after a move that was called off, or a
 * restart of the daemon.
 *
 * <p>What the frontend offers is looked at again at each change, since a driver that is reloaded
 * quickly passes through its states faster than we see them: an offer that is not the one that we
 * took, or was written again, ends the connection, and a new one begins.
 *
 * <p>For a move, {@link #detach} lets go of everything and leaves the nodes as they are; {@link
 * #attach} takes it up again. A move that nobody announced has cut mapping and channel already, and
 * they must not be closed: see {@link #letGo}.
 *
 * <p>Everything runs on the console's event loop.
 */
public abstract class XenbusBackend {
  private static final Logger LOG = LoggerFactory.getLogger(XenbusBackend.class);

  /** Connections that are logged: a guest can come and go without end. */
  private static final int LOGGED_CONNECTIONS = 20;

  private final DeviceId id;
  private final XenStore store;
  private final DeviceNodes nodes;
  private final Executor loop;
  private final Complaints complaints;
  private final NodeEvents events;
  private final Invitation invitation;

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

  /** The frontend was seen CONNECTED in this connection. */
  private boolean confirmed;

  /** What the frontend said at the last look. */
  private XenbusState lastFrontend = XenbusState.UNKNOWN;

  private boolean inherits;
  private boolean forsaken;
  private Runnable whenForsaken = () -> {};
  private List<String> offer = List.of();
  private int connections;

  XenbusBackend(DeviceId id, DomainPorts ports, Executor loop) {
    this.id = id;
    this.store = ports.xenStore();
    this.nodes = new DeviceNodes(id, store);
    this.loop = loop;
    this.complaints = new Complaints(id.toString());
    this.events = new NodeEvents(id, store, loop, this::follow);
    this.invitation = new Invitation(loop, this::sayToClosed);
  }

  /**
   * Whether a device's frontend is there and has not closed it.
   *
   * @throws XenException if xenstore refuses
   */
  public static boolean isFrontendAlive(XenStore store, DeviceId device) throws XenException {
    XenbusState state = new DeviceNodes(device, store).frontendState().orElse(XenbusState.UNKNOWN);
    return state != XenbusState.UNKNOWN && state != XenbusState.CLOSED;
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
   * Whether nobody uses the device as far as can be told: its frontend closed it or is gone, or the
   * toolstack asked for it back.
   */
  public final boolean isForsaken() {
    return forsaken;
  }

  /** Runs each time the device becomes {@linkplain #isForsaken forsaken}. */
  public final void onForsaken(Runnable listener) {
    whenForsaken = listener;
  }

  /**
   * Writes the features, says INIT_WAIT unless there is a living connection to take over, and
   * follows the frontend from then on.
   *
   * @throws XenException if xenstore refuses
   */
  public final void start() throws XenException {
    started = true;
    XenbusState frontend = nodes.frontendState().orElse(XenbusState.UNKNOWN);
    inherits = frontend == XenbusState.CONNECTED && nodes.ownState() == XenbusState.CONNECTED;
    boolean closed = frontend == XenbusState.CLOSING || frontend == XenbusState.CLOSED;
    if (!inherits && !closed) {
      announce();
    }
    events.open();
  }

  /** Lets go of everything and stops following the frontend; the nodes stay as they are. */
  public final void stop() {
    started = false;
    invitation.cancel();
    events.close();
    letGo(Parting.DETACHED);
  }

  /**
   * As {@link #stop}, and removes the nodes: the frontend is gone and another device takes the
   * place of this one, but the toolstack has left them.
   */
  public final void stopAndRemove() {
    stop();
    try {
      if (nodes.frontendState().isEmpty()) {
        nodes.removeAll();
      }
    } catch (XenException e) {
      LOG.debug("device={} nodes cannot be removed: {}", id, e.getMessage());
    }
  }

  /**
   * Stops following the frontend and leaves mapping and channel untouched, because a migration that
   * was not announced has cut them already.
   */
  public final void abandon() {
    started = false;
    invitation.cancel();
    events.close();
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

  /** Whether the shared page is all ones from end to end; called only while connected. */
  abstract boolean readsAllOnes();

  /**
   * Called when the frontend, which was INITIALISED when it was connected, is seen CONNECTED: it
   * has read by now what it reads at that time.
   */
  void connectionConfirmed() throws XenException {}

  final Complaints complaints() {
    return complaints;
  }

  final DeviceNodes nodes() {
    return nodes;
  }

  /** Whether the connection was another process's, which is gone. */
  final boolean isInherited() {
    return inherits;
  }

  private void follow() {
    if (!started) {
      return;
    }
    try {
      if (nodes.isWithdrawn()) {
        letGo(Parting.CLOSED);
        nodes.say(XenbusState.CLOSED);
        forsaken(true);
      } else if (!detached) {
        boolean rewritten = events.isOfferRewritten();
        Optional<XenbusState> frontend = nodes.frontendState();
        if (frontend.isPresent()) {
          react(frontend.get(), rewritten);
        } else {
          frontendGone();
        }
        lastFrontend = frontend.orElse(XenbusState.UNKNOWN);
      }
    } catch (XenException e) {
      // The nodes may be going away under us; the next event will tell.
      complaints.complain("xenstore refuses", e.getMessage());
    } catch (IllegalArgumentException e) {
      complaints.complain("a node makes no sense", e.getMessage());
    }
  }

  private void frontendGone() throws XenException {
    if (connected) {
      note("frontend is gone");
    } else if (!forsaken && connections == 0) {
      note("has no frontend that this domain may read: it is gone, or lacks permission");
    }
    letGo(Parting.VANISHED);
    nodes.say(XenbusState.CLOSED);
    forsaken(true);
  }

  private void react(XenbusState frontend, boolean rewritten) throws XenException {
    switch (frontend) {
      case INIT_WAIT -> { // a toolstack keeps the new device from its driver until we are ready
        if (nodes.ownState() == XenbusState.INITIALISING) {
          letGo(Parting.VANISHED);
          announce();
        }
      }
      case INITIALISING -> {
        letGo(Parting.VANISHED);
        if (nodes.ownState() != XenbusState.INIT_WAIT) {
          announce();
        }
        forsaken(false);
      }
      case INITIALISED, CONNECTED -> {
        forsaken(false);
        takeOffer(frontend, rewritten);
        if (frontend == XenbusState.CONNECTED) {
          confirm();
        }
      }
      case CLOSING -> {
        letGo(Parting.CLOSED);
        nodes.say(XenbusState.CLOSING);
      }
      case CLOSED -> {
        letGo(Parting.CLOSED);
        if (lastFrontend != XenbusState.CLOSED || rewritten) {
          nodes.say(XenbusState.CLOSED);
          invitation.send();
        }
        forsaken(true);
      }
      case UNKNOWN -> complaints.complain("unknown state", "path=" + id.frontendPath() + "/state");
      default -> complaints.complain("state out of order", "state=" + frontend);
    }
  }

  private void sayToClosed(XenbusState state) {
    if (!started || detached || lastFrontend != XenbusState.CLOSED) {
      return;
    }
    try {
      nodes.say(state);
    } catch (XenException e) {
      complaints.complain("xenstore refuses", e.getMessage());
    }
  }

  /** Runs something on the loop in a while; it can be cancelled. */
  final Future<?> after(long millis, Runnable task) {
    return Invitation.after(loop, millis, task);
  }

  private void forsaken(boolean now) {
    boolean before = forsaken;
    forsaken = now;
    if (now && !before) {
      whenForsaken.run();
    }
  }

  /** Called once the state says CONNECTED: now the device may be used. */
  void connectionSettled() {}

  private void takeOffer(XenbusState frontend, boolean rewritten) throws XenException {
    Optional<List<String>> offered = readOffer(frontend);
    if (offered.isEmpty()) {
      return; // nodes will change, or changed while we read: their events will come
    }
    if (connected) {
      boolean again = rewritten || frontend == XenbusState.INITIALISED;
      if (!offered.get().equals(offer) || (confirmed && again)) {
        letGo(Parting.VANISHED); // the driver began anew before we saw it go
        offered = readOffer(frontend);
      }
    }
    if (!connected && offered.isPresent() && connectSafely(frontend, offered.get())) {
      connected = true;
      confirmed = frontend == XenbusState.CONNECTED;
      offer = offered.get();
      connections++;
      boolean said = false;
      events.offerTaken();
      try {
        said = nodes.sayConnected(connections);
      } finally {
        if (!said) {
          events.ownNodeNotWritten();
        }
        note("connected");
        connectionSettled();
        inherits = false;
      }
    }
  }

  private void confirm() throws XenException {
    if (connected && !confirmed) {
      confirmed = true;
      connectionConfirmed();
    }
  }

  private void note(String what) {
    if (connections <= LOGGED_CONNECTIONS) {
      LOG.info("device={} {}", id, what);
    } else {
      LOG.debug("device={} {} connections={}", id, what, connections);
    }
  }

  private boolean connectSafely(XenbusState frontend, List<String> texts) {
    try {
      return connect(texts);
    } catch (XenException e) {
      if (stands(frontend, texts)) {
        complaints.complain("cannot connect", e.getMessage());
      } // else the driver has gone on since we read: the events of that will come
    } catch (IllegalArgumentException e) {
      complaints.complain("a node makes no sense", e.getMessage());
    }
    return false;
  }

  /** What the guest offers, all of it and in that state still; otherwise nothing. */
  private Optional<List<String>> readOffer(XenbusState frontend) throws XenException {
    Optional<List<String>> texts = nodes.all(offerNodes());
    return nodes.frontendState().equals(Optional.of(frontend)) ? texts : Optional.empty();
  }

  /** Whether the guest still offers what it did. */
  private boolean stands(XenbusState frontend, List<String> texts) {
    try {
      return readOffer(frontend).equals(Optional.of(texts));
    } catch (XenException e) {
      return true; // what cannot be read has not been seen to change
    }
  }

  /**
   * Ends the connection.
   *
   * <p>After a move that nobody announced, the page reads all ones, unmapping it makes the kernel
   * warn, and closing the channel hits a BUG in it: then both are left alone. The page alone is no
   * proof, since the guest can fill it; the toolstack's hand in our own nodes is, which no guest
   * can move: they are gone, as they do not travel, or written anew. So a guest that plays this
   * costs a page and a port each time that the toolstack takes its device away, and nothing else.
   */
  private void letGo(Parting parting) {
    if (!connected) {
      return;
    }
    connected = false;
    inherits = false;
    if (readsAllOnes() && isWrittenByToolstack()) {
      LOG.warn(
          "device={} was cut by a move that nobody announced; its mappings are left alone", id);
      abandonConnection();
    } else {
      disconnect(parting);
      note("disconnected");
    }
  }

  /** Whether a page is all ones from end to end: what a mapping reads that a move has cut. */
  static boolean isAllOnes(SharedPage page) {
    for (int at = 0; at < SharedPage.PAGE_SIZE; at += Long.BYTES) {
      if (page.getLong(at) != -1) {
        return false;
      }
    }
    return true;
  }

  /** Whether our own nodes are not as we left them when we said CONNECTED. */
  private boolean isWrittenByToolstack() {
    try {
      XenbusState own = nodes.ownState();
      return own == XenbusState.UNKNOWN || own == XenbusState.INITIALISING;
    } catch (XenException e) {
      LOG.debug("device={} own state cannot be read: {}", id, e.getMessage());
      return true;
    }
  }

  private void announce() throws XenException {
    nodes.announce(this::writeFeatures);
  }
}
