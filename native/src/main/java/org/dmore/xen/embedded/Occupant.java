package org.dmore.xen.embedded;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who stands behind a set of ports: the software in a domain. It outlives the instances in which it
 * runs.
 */
final class Occupant {
  private final Standstill standstill;
  private final List<EmbeddedXenStore> connections = new CopyOnWriteArrayList<>();
  private volatile DomainInstance instance;

  Occupant(DomainInstance instance, Standstill standstill) {
    this.instance = instance;
    this.standstill = standstill;
  }

  DomainInstance instance() {
    return instance;
  }

  void moveTo(DomainInstance next) {
    instance = next;
  }

  Standstill standstill() {
    return standstill;
  }

  List<EmbeddedXenStore> connections() {
    return connections;
  }

  /** The lock of the room's one hypervisor, under which everything but notifying happens. */
  Object hypervisor() {
    return instance.host.hypervisor();
  }
}
