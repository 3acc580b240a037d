package org.dmore.coordinator.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenbusState;

/**
 * Takes a guest's devices away from a DomR as libxl does: asks the backend ({@code online=0}, state
 * CLOSING), which lets the guest's driver close and answers CLOSED; then removes the nodes, and
 * takes back what was granted.
 *
 * <p>The steps are the caller's to time: {@link #request}, then {@link #isClosed} at each change,
 * then {@link #finish} whether it closed or not.
 *
 * <p>Thread-safe.
 */
final class DeviceRemoval {
  private final ControlPorts ports;
  private final DeviceNodes nodes;
  private final DomainId domR;
  private final DomainId domU;

  DeviceRemoval(ControlPorts ports, DomainId domR, DomainId domU) {
    this.ports = ports;
    this.nodes = new DeviceNodes(ports.xenStore());
    this.domR = domR;
    this.domU = domU;
  }

  DomainId domR() {
    return domR;
  }

  DomainId domU() {
    return domU;
  }

  /** The devices of the pair that there still are. */
  List<DeviceId> devices() throws XenException {
    List<DeviceId> found = new ArrayList<>();
    for (DeviceType type : DeviceType.values()) {
      nodes.backends(domR, type).stream()
          .filter(id -> id.frontend().equals(domU))
          .forEach(found::add);
    }
    return found;
  }

  /** Asks the backends to close. */
  void request() throws XenException {
    for (DeviceId id : devices()) {
      String backend = DeviceNodes.backendPath(domR, id);
      ports
          .xenStore()
          .inTransaction(
              view -> {
                Optional<String> state = view.read(backend + "/state");
                if (state.isEmpty()) {
                  return null;
                }
                view.write(backend + "/online", "0");
                if (XenbusState.parse(state.get()) != XenbusState.CLOSED) {
                  view.write(backend + "/state", XenbusState.CLOSING.wireText());
                }
                return null;
              });
    }
  }

  /** Whether all backends have said that they are closed, or are gone. */
  boolean isClosed() throws XenException {
    return open().isEmpty();
  }

  /** The devices whose backend has not closed yet, with the states of backend and frontend. */
  Map<DeviceId, String> open() throws XenException {
    Map<DeviceId, String> open = new LinkedHashMap<>();
    for (DeviceId id : devices()) {
      XenbusState backend = nodes.backendState(domR, id);
      if (backend != XenbusState.CLOSED) {
        open.put(id, "backend=" + backend + " frontend=" + nodes.frontendState(id));
      }
    }
    return open;
  }

  /**
   * Removes the nodes and takes back what was granted.
   *
   * @return whether nothing of it is mapped any more; what is stays recorded: see {@link #revoke}
   */
  boolean finish() throws XenException {
    List<DeviceId> left = devices();
    if (!left.isEmpty()) {
      ports
          .xenStore()
          .inTransaction(
              view -> {
                for (DeviceId id : left) {
                  DeviceNodes.remove(view, id, domR);
                }
                return null;
              });
    }
    return revoke();
  }

  /**
   * Takes back what was granted and is mapped no more, unless the pair has been attached again.
   *
   * @return whether nothing is left to be taken back
   */
  boolean revoke() throws XenException {
    SeededGrants grants = new SeededGrants(ports, domU);
    if (!new DomainDirectory(ports.xenStore()).isHere(domU)) {
      grants.forget();
      return true;
    }
    return !devices().isEmpty() || grants.revokeUnmapped();
  }
}
