package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.Inventory;
import org.dmore.coordinator.store.record.PairRecord;

/** Finds hosts, this one and others, and who has what. Thread-safe. */
final class HostDirectory {
  private final VmHost local;
  private final Inventory inventory;
  private final Peers peers;

  HostDirectory(VmHost local, Inventory inventory, Peers peers) {
    this.local = local;
    this.inventory = inventory;
    this.peers = peers;
  }

  boolean isLocal(String host) {
    return host.equals(local.name());
  }

  /** A host's VMs. */
  VmHost host(String name) throws IOException {
    return isLocal(name) ? local : peer(name).host();
  }

  /** Another host's hostd. */
  Peer peer(String name) throws IOException {
    return peers
        .peer(record(name))
        .orElseThrow(
            () ->
                new ControlException(
                    Reason.UNAVAILABLE, "host=" + name + " cannot be reached from here"));
  }

  /** As {@link #peer}, for something that it must do: it must be there. */
  ControlPlane control(String name) throws IOException {
    if (!inventory.presentHosts().contains(name)) {
      throw new ControlException(
          Reason.UNAVAILABLE, "host=" + name + " is not present: does its hostd run?");
    }
    return peer(name).control();
  }

  HostRecord record(String name) throws IOException {
    RequestRules.name("host", name);
    return inventory
        .hosts()
        .find(name)
        .orElseThrow(
            () -> new ControlException(Reason.NOT_FOUND, "host=" + name + " is not known"));
  }

  PairRecord pair(String name) throws IOException {
    RequestRules.name("pair", name);
    return inventory
        .pairs()
        .find(name)
        .orElseThrow(
            () ->
                new ControlException(
                    Reason.NOT_FOUND, "pair=" + name + " is not known: define it first"));
  }

  /** All other hosts that can be reached in some way, and are there. */
  List<Peer> presentPeers() throws IOException {
    var present = inventory.presentHosts();
    return inventory.hosts().all().stream()
        .filter(host -> !isLocal(host.name()) && present.contains(host.name()))
        .map(peers::peer)
        .flatMap(Optional::stream)
        .toList();
  }
}
