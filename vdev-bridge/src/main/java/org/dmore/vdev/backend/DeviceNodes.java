package org.dmore.vdev.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;

/**
 * The nodes of one device in xenstore: those of the backend, which are read and written, and those
 * of the frontend, which are read.
 *
 * <p>Nothing is ever written into a directory that the toolstack took away, since that would bring
 * it back to life, and nothing over the toolstack's request to close.
 *
 * <p>A missing node answers ENOENT to a reader who may read where it would be. Where the
 * directories above it are gone too, as with those of a destroyed domain, C xenstored answers
 * EACCES, since they were never ours to read, and oxenstored ENOENT. Both are one here: not there.
 * So is a node that the toolstack forgot to give permission for.
 */
final class DeviceNodes {
  private static final String STATE = "/state";

  /** Below the backend; written at each connection, by nobody else. */
  static final String CONNECTION = "/connection";

  private final DeviceId id;
  private final String backend;
  private final XenStore store;

  DeviceNodes(DeviceId id, XenStore store) {
    this.id = id;
    this.backend = id.backendPath();
    this.store = store;
  }

  /** Writes nodes below a path. */
  @FunctionalInterface
  interface Writer {
    void write(XenStoreView view, String path) throws XenException;
  }

  /** What the frontend's state node says; empty if there is none. */
  Optional<XenbusState> frontendState() throws XenException {
    return frontend("state").map(XenbusState::parse);
  }

  /** A node of the frontend's, if it is there. */
  Optional<String> frontend(String name) throws XenException {
    return readIfThere(store, id.frontendPath() + "/" + name);
  }

  /** A node of the backend's, if it is there. */
  Optional<String> backend(String name) throws XenException {
    return readIfThere(store, backend + "/" + name);
  }

  /** Nodes by their full paths; empty as long as one is missing. */
  Optional<List<String>> all(List<String> paths) throws XenException {
    List<String> texts = new ArrayList<>();
    for (String path : paths) {
      Optional<String> text = readIfThere(store, path);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(List.copyOf(texts));
  }

  /** What the backend's own state node says; UNKNOWN if there is none. */
  XenbusState ownState() throws XenException {
    return ownState(store);
  }

  /**
   * Whether the toolstack asked for the device back: {@code online} is 0 and its CLOSING, or our
   * answer to it, stands in {@code state}.
   */
  boolean isWithdrawn() throws XenException {
    return isWithdrawn(store);
  }

  /** Writes what the backend can do, and INIT_WAIT, as one. */
  void announce(Writer features) throws XenException {
    change(
        view -> {
          features.write(view, backend);
          view.write(backend + STATE, XenbusState.INIT_WAIT.wireText());
        });
  }

  /** Writes the backend's state if it is another. */
  void say(XenbusState state) throws XenException {
    store.inTransaction(
        view -> {
          Optional<XenbusState> now = readIfThere(view, backend + STATE).map(XenbusState::parse);
          boolean mayAnswer = state == XenbusState.CLOSED || !isWithdrawn(view);
          if (now.isPresent() && now.get() != state && mayAnswer) {
            view.write(backend + STATE, state.wireText());
          }
          return null;
        });
  }

  /**
   * Says CONNECTED, and notes which connection of this process it is.
   *
   * @return false if the toolstack has taken the device away: then nothing is written
   */
  boolean sayConnected(int number) throws XenException {
    return change(
        view -> {
          if (ownState(view) != XenbusState.CONNECTED) {
            view.write(backend + STATE, XenbusState.CONNECTED.wireText());
          }
          view.write(backend + CONNECTION, Integer.toString(number));
        });
  }

  /** Writes the backend's state although it is that already, so that the frontend looks again. */
  void sayAgain(XenbusState state) throws XenException {
    change(
        view -> {
          if (ownState(view) == state) {
            view.write(backend + STATE, state.wireText());
          }
        });
  }

  /** Writes other nodes of the backend's. */
  void write(Writer nodes) throws XenException {
    change(view -> nodes.write(view, backend));
  }

  /**
   * Removes the backend's nodes, and the directory of that frontend's domain if nothing else is in
   * it: a toolstack that is not a driver domain's own leaves them behind.
   */
  void removeAll() throws XenException {
    String ofDomain = backend.substring(0, backend.lastIndexOf('/'));
    store.inTransaction(
        view -> {
          view.remove(backend);
          if (view.list(ofDomain).map(List::isEmpty).orElse(false)) {
            view.remove(ofDomain);
          }
          return null;
        });
  }

  @FunctionalInterface
  private interface Step {
    void in(XenStoreView view) throws XenException;
  }

  private boolean change(Step step) throws XenException {
    return store.inTransaction(
        view -> {
          boolean there =
              readIfThere(view, backend + "/frontend").isPresent() && !isWithdrawn(view);
          if (there) {
            step.in(view);
          }
          return there;
        });
  }

  private XenbusState ownState(XenStoreView view) throws XenException {
    return readIfThere(view, backend + STATE).map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
  }

  private boolean isWithdrawn(XenStoreView view) throws XenException {
    Optional<String> online = readIfThere(view, backend + "/online");
    if (online.isEmpty() || !online.get().strip().equals("0")) {
      return false;
    }
    XenbusState state = ownState(view);
    return state == XenbusState.CLOSING || state == XenbusState.CLOSED;
  }

  private static Optional<String> readIfThere(XenStoreView view, String path) throws XenException {
    try {
      return view.read(path);
    } catch (XenException e) {
      if (e.errno() == Errno.EACCES || e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
