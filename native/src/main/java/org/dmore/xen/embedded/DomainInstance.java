package org.dmore.xen.embedded;

import java.util.HashSet;
import java.util.Set;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * A domain as one host's hypervisor knows it: a number, pages, a grant table, event channels. A
 * virtual machine that moves is one instance after the other; while it moves there are two, of
 * which at most one runs.
 *
 * <p>Guarded by the room's lock, except for what is marked volatile and what the event channels do
 * without a lock.
 */
final class DomainInstance {
  final EmbeddedHost host;
  final DomainId id;
  final GuestRam ram;
  final GrantEntries grants;
  final PortTable ports = new PortTable();
  final StoreDaemon store;

  /** Mappings that this domain made, of grants or (dom0) by frame number. */
  final Set<PageMapping> held = new HashSet<>();

  /** Mappings that others made on this domain. */
  final Set<PageMapping> mapped = new HashSet<>();

  /** Whether its software went on elsewhere; set before it dies. */
  private boolean left;

  private volatile String name;
  private volatile DirtyLog dirtyLog;
  private volatile DomainState state = DomainState.PAUSED;

  DomainInstance(EmbeddedHost host, DomainId id, String name, long pages) {
    this.host = host;
    this.id = id;
    this.name = name;
    this.ram = pages == 0 ? null : new GuestRam("dmore-" + name, pages);
    this.grants = new GrantEntries("dmore-grants-" + name);
    this.store = host.store();
  }

  String name() {
    return name;
  }

  void rename(String newName) {
    name = newName;
  }

  /** The log of what the software in it writes; none while it is an arriving copy, or dom0. */
  DirtyLog dirtyLog() {
    return dirtyLog;
  }

  void logTo(DirtyLog log) {
    dirtyLog = log;
  }

  DomainState state() {
    return state;
  }

  void become(DomainState newState) {
    state = newState;
  }

  /** Notes that its software goes on at another host. */
  void leave() {
    left = true;
  }

  boolean hasLeft() {
    return left;
  }

  boolean isDead() {
    return state == DomainState.DESTROYED;
  }

  void checkAlive() throws XenException {
    if (isDead()) {
      throw new XenException(Errno.EIO, "domain=" + name + " domid=" + id + " is destroyed");
    }
  }

  long pages() {
    return ram == null ? 0 : ram.pages();
  }

  /** What it takes of the host's memory now. */
  long memoryBytes() {
    if (!isDead()) {
      return pages() * SharedPage.PAGE_SIZE;
    }
    return mapped.stream().mapToLong(PageMapping::pages).sum() * SharedPage.PAGE_SIZE;
  }

  DomainInfo info() {
    return new DomainInfo(id, name, state, memoryBytes());
  }

  /**
   * Takes it out of the hypervisor. What it mapped reads all ones from now on; what others map of
   * it stays until they let go.
   */
  void die() {
    state = DomainState.DESTROYED;
    ports.closeAll();
    for (PageMapping mapping : Set.copyOf(held)) {
      mapping.cut();
    }
    grants.close();
    if (ram != null) {
      ram.close();
    }
  }
}
