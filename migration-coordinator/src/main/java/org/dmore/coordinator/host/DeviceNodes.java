package org.dmore.coordinator.host;

import static org.dmore.coordinator.host.DomainDirectory.HOME;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.service.ControlNodes;
import org.dmore.xen.DomainId;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;

/**
 * The nodes by which a toolstack gives a guest a device: {@code
 * /local/domain/R/backend/TYPE/U/NUMBER} for the backend, which DomR owns and the guest reads, and
 * {@code /local/domain/U/device/TYPE/NUMBER} for the frontend, which the guest owns and DomR reads.
 *
 * <p>What stands in the frontend's nodes is the guest's to change. So whether a device is ours is
 * read off the backend's nodes.
 *
 * <p>Thread-safe.
 */
final class DeviceNodes {
  private static final String GUEST = ControlNodes.DEVICE_GUEST;

  private final XenStore store;

  DeviceNodes(XenStore store) {
    this.store = store;
  }

  /** A device as a guest's own nodes tell of it; the guest may have written anything there. */
  record Frontend(DeviceId id, Optional<DomainId> backend) {}

  /** The backend's nodes, absolute. */
  static String backendPath(DomainId domR, DeviceId id) {
    return HOME + domR + "/" + id.backendPath();
  }

  /**
   * Writes both ends of a device, in the caller's transaction, so that no watcher meets nodes that
   * it may not touch yet.
   *
   * @param frontend INITIALISING if the guest's driver may take the device up at once; INIT_WAIT if
   *     it is to pass it over: Linux's xenbus probes devices in state INITIALISING alone
   */
  static void write(XenStoreView view, DeviceId id, ConsoleId console, XenbusState frontend)
      throws XenException {
    DomainId domR = console.domR();
    DomainId domU = id.frontend();
    String backendPath = backendPath(domR, id);
    String frontendPath = id.frontendPath();
    NodePermissions backends = NodePermissions.ownedBy(domR);
    NodePermissions backendsOfGuest = backends.readableBy(domU);
    NodePermissions frontends = NodePermissions.ownedBy(domU).readableBy(domR);
    String root = HOME + domR + "/backend";
    String guestsRoot = root + "/" + id.type().node() + "/" + domU;

    // What stood there is of an earlier life of the same numbers.
    view.remove(backendPath);
    view.remove(frontendPath);
    for (String directory : new String[] {root, root + "/" + id.type().node()}) {
      if (view.read(directory).isEmpty()) {
        view.write(directory, "");
      }
      view.setPermissions(directory, backends);
    }
    view.write(guestsRoot, "");
    view.setPermissions(guestsRoot, backendsOfGuest);
    writeNode(view, backendPath, "", backendsOfGuest);
    writeNode(view, backendPath + "/frontend", frontendPath, backendsOfGuest);
    writeNode(view, backendPath + "/frontend-id", domU.toString(), backendsOfGuest);
    writeNode(view, backendPath + "/online", "1", backendsOfGuest);
    if (!console.guest().isEmpty()) {
      writeNode(view, backendPath + "/" + GUEST, console.guest(), backendsOfGuest);
    }
    writeNode(view, backendPath + "/state", XenbusState.INITIALISING.wireText(), backendsOfGuest);
    writeNode(view, frontendPath, "", frontends);
    writeNode(view, frontendPath + "/backend", backendPath, frontends);
    writeNode(view, frontendPath + "/backend-id", domR.toString(), frontends);
    writeNode(view, frontendPath + "/state", frontend.wireText(), frontends);
  }

  /** Removes both ends of a device; the frontend's only where it names this DomR. */
  static void remove(XenStoreView view, DeviceId id, DomainId domR) throws XenException {
    view.remove(backendPath(domR, id));
    String guestsRoot = HOME + domR + "/backend/" + id.type().node() + "/" + id.frontend();
    if (view.list(guestsRoot).map(List::isEmpty).orElse(false)) {
      view.remove(guestsRoot);
    }
    boolean ours =
        view.read(id.frontendPath() + "/backend").map(backendPath(domR, id)::equals).orElse(false);
    if (ours) {
      view.remove(id.frontendPath());
    }
  }

  /** The devices of a type that a DomR has been given as a backend, for any guest. */
  List<DeviceId> backends(DomainId domR, DeviceType type) throws XenException {
    List<DeviceId> found = new ArrayList<>();
    String root = HOME + domR + "/backend/" + type.node();
    for (String domain : children(root)) {
      for (String number : children(root + "/" + domain)) {
        Optional<DeviceId> id = deviceId(type, domain, number);
        if (id.isPresent() && store.read(backendPath(domR, id.get()) + "/frontend").isPresent()) {
          found.add(id.get());
        }
      }
    }
    return found;
  }

  /** The devices of a type that a guest's own nodes tell of. */
  List<Frontend> frontends(DomainId domU, DeviceType type) throws XenException {
    List<Frontend> found = new ArrayList<>();
    for (String number : children(HOME + domU + "/device/" + type.node())) {
      Optional<DeviceId> id = deviceId(type, domU.toString(), number);
      if (id.isPresent()) {
        found.add(new Frontend(id.get(), namedBackend(id.get())));
      }
    }
    return found;
  }

  /** For whose console a device is, where its DomR has several; empty if it has but one. */
  String guestOf(DomainId domR, DeviceId id) throws XenException {
    return store.read(backendPath(domR, id) + "/" + GUEST).orElse("");
  }

  /** Whether the toolstack has not asked for the device's removal. */
  boolean isOnline(DomainId domR, DeviceId id) throws XenException {
    return !store
        .read(backendPath(domR, id) + "/online")
        .map(String::strip)
        .equals(Optional.of("0"));
  }

  /** Where the backend stands; UNKNOWN if there is none. */
  XenbusState backendState(DomainId domR, DeviceId id) throws XenException {
    return state(backendPath(domR, id));
  }

  /** Where the frontend says it stands; UNKNOWN if there is none. */
  XenbusState frontendState(DeviceId id) throws XenException {
    return state(id.frontendPath());
  }

  /**
   * Lets the guest's driver take up a device that was kept from it until its backend had said what
   * it can do. Does nothing if the driver came by itself, as one does that resumes from a move.
   */
  void offer(DeviceId id) throws XenException {
    String node = id.frontendPath() + "/state";
    store.inTransaction(
        view -> {
          if (view.read(node).map(XenbusState::parse).equals(Optional.of(XenbusState.INIT_WAIT))) {
            view.write(node, XenbusState.INITIALISING.wireText());
          }
          return null;
        });
  }

  private Optional<DomainId> namedBackend(DeviceId id) throws XenException {
    try {
      return store.read(id.frontendPath() + "/backend-id").map(DomainId::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the guest's to write, and nonsense
    }
  }

  private XenbusState state(String path) throws XenException {
    return store.read(path + "/state").map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
  }

  private List<String> children(String path) throws XenException {
    return store.list(path).orElse(List.of());
  }

  private static Optional<DeviceId> deviceId(DeviceType type, String domain, String number) {
    try {
      return Optional.of(new DeviceId(type, DomainId.parse(domain), Integer.parseInt(number)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void writeNode(
      XenStoreView view, String path, String value, NodePermissions permissions)
      throws XenException {
    view.write(path, value);
    view.setPermissions(path, permissions);
  }
}
