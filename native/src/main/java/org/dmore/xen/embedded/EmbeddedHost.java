package org.dmore.xen.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * One machine of the embedded room: its memory, its domains, its xenstore and its dom0. The methods
 * are what a toolstack can do.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedHost {
  /** What an arriving domain is called until it is let go, as {@code xl} names it. */
  public static final String INCOMING = "--incoming";

  private final MachineRoom room;
  private final String name;
  private final long memoryBytes;
  private final StoreDaemon store;
  private final Occupant dom0;
  private final ControlPorts dom0Ports;
  private final Map<DomainId, DomainInstance> instances = new LinkedHashMap<>();
  private final Map<DomainId, EmbeddedDomain> domains = new LinkedHashMap<>();
  private final Set<DomainInstance> lingering = new LinkedHashSet<>();
  private final AtomicReference<FaultPlan> fault = new AtomicReference<>(FaultPlan.none());
  private int lastId;

  EmbeddedHost(MachineRoom room, String name, long memoryBytes, StoreQuota quota) {
    this.room = room;
    this.name = name;
    this.memoryBytes = memoryBytes;
    this.store = new StoreDaemon(quota);
    DomainInstance self = new DomainInstance(this, DomainId.DOM0, "Domain-0", 0);
    self.become(DomainState.RUNNING);
    instances.put(DomainId.DOM0, self);
    this.dom0 = new Occupant(self, new Standstill("Domain-0"));
    dom0.standstill().thaw();
    this.dom0Ports = EmbeddedControlPorts.open(dom0);
    try {
      DomainNodes.writeHost(store);
    } catch (XenException e) {
      throw new IllegalStateException("dom0 may write every node", e);
    }
  }

  public String name() {
    return name;
  }

  /** Memory for domains, in bytes. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Memory that no domain has, in bytes. */
  public long freeMemoryBytes() {
    synchronized (hypervisor()) {
      long used = 0;
      for (DomainInfo info : listing()) {
        used += info.memoryBytes();
      }
      for (DomainInfo info : lingering()) {
        used += info.memoryBytes();
      }
      return memoryBytes - used;
    }
  }

  /** Dom0's ports; always the same ones. */
  public ControlPorts dom0() {
    return dom0Ports;
  }

  /** A further set of dom0's ports, as another process opens it. */
  public ControlPorts openDom0Ports() {
    return EmbeddedControlPorts.open(dom0);
  }

  /**
   * Creates a domain, paused, with its xenstore nodes.
   *
   * @throws XenException EEXIST if there is one of that name; ENOMEM if it does not fit
   */
  public EmbeddedDomain createDomain(DomainConfig config) throws XenException {
    EmbeddedDomain domain;
    synchronized (hypervisor()) {
      if (nameTaken(config.name() + INCOMING)) {
        throw new XenException(
            Errno.EEXIST, "host=" + name + " awaits domain=" + config.name() + ": let it arrive");
      }
      DomainInstance instance = newInstance(config.name(), config.memoryBytes());
      domain = new EmbeddedDomain(config, instance);
      domains.put(instance.id, domain);
    }
    DomainNodes.write(domain.instance(), domain.uuid(), config.driverDomain());
    return domain;
  }

  /** The domains that are here; not those that are arriving. */
  public List<EmbeddedDomain> domains() {
    synchronized (hypervisor()) {
      return List.copyOf(domains.values());
    }
  }

  /** Every domain as {@code xl list} shows it, without dom0 and with those that are arriving. */
  public List<DomainInfo> listing() {
    synchronized (hypervisor()) {
      return instances.values().stream()
          .filter(instance -> !instance.id.equals(DomainId.DOM0))
          .map(DomainInstance::info)
          .toList();
    }
  }

  /** Destroyed domains, or those that left, whose pages others still map. */
  public List<DomainInfo> lingering() {
    synchronized (hypervisor()) {
      return lingering.stream().map(DomainInstance::info).toList();
    }
  }

  /** The domain of that name, if it is here. */
  public Optional<EmbeddedDomain> find(String domainName) {
    return domains().stream().filter(domain -> domain.name().equals(domainName)).findFirst();
  }

  /** The domain of that number, if it is here and not only arriving. */
  public Optional<EmbeddedDomain> find(DomainId id) {
    synchronized (hypervisor()) {
      return Optional.ofNullable(domains.get(id));
    }
  }

  /**
   * Lets a domain run.
   *
   * @throws IllegalStateException if it is not paused, or not here
   */
  public void unpause(EmbeddedDomain domain) {
    requireHere(domain);
    domain.unpause();
  }

  /**
   * Lets the domain of a number run. For an arriving copy this is what must never happen: it is
   * refused and noted as a violation.
   */
  public void unpause(DomainId id) throws XenException {
    Optional<EmbeddedDomain> domain = find(id);
    if (domain.isPresent()) {
      unpause(domain.get());
    } else {
      throw room.secondCopyRun(instance(id));
    }
  }

  /**
   * Makes a domain stand still; returns when it does.
   *
   * @throws IllegalStateException if it does not run, or something in it does not stop in time
   */
  public void pause(EmbeddedDomain domain) {
    requireHere(domain);
    domain.pause();
  }

  /** Destroys a domain; a migration of it is aborted first. */
  public void destroy(EmbeddedDomain domain) {
    requireHere(domain);
    Migration migration = domain.migration();
    if (migration != null) {
      migration.abortForDestroy();
    }
    domain.destroy();
  }

  /**
   * Begins to move a running domain to another host.
   *
   * @return the migration, which goes on by itself until it has landed
   * @throws IllegalStateException if the domain is not here or is already migrating
   */
  public Migration migrate(
      EmbeddedDomain domain, EmbeddedHost destination, MigrationOptions options) {
    requireHere(domain);
    if (destination == this || destination.room != room) {
      throw new IllegalArgumentException(
          "destination=" + destination.name + " must be another host of the same room");
    }
    return Migration.start(domain, this, destination, options);
  }

  /** Has the next migration to this host fail, once. */
  public void injectFault(FaultPlan plan) {
    fault.set(plan);
  }

  FaultPlan takeFault() {
    return fault.getAndSet(FaultPlan.none());
  }

  /** The room that it is in. */
  public MachineRoom room() {
    return room;
  }

  StoreDaemon store() {
    return store;
  }

  Object hypervisor() {
    return room.hypervisor();
  }

  /** The living domain of a number. */
  DomainInstance instance(DomainId id) throws XenException {
    synchronized (hypervisor()) {
      DomainInstance instance = instances.get(id);
      if (instance == null) {
        throw new XenException(Errno.ENOENT, "host=" + name + " has no domid=" + id);
      }
      return instance;
    }
  }

  /** Makes the copy into which a domain is to arrive. */
  DomainInstance newIncoming(EmbeddedDomain domain) throws XenException {
    synchronized (hypervisor()) {
      if (nameTaken(domain.name())) {
        throw new XenException(
            Errno.EEXIST, "host=" + name + " already has domain=" + domain.name());
      }
      return newInstance(domain.name() + INCOMING, domain.config().memoryBytes());
    }
  }

  private DomainInstance newInstance(String domainName, long bytes) throws XenException {
    if (nameTaken(domainName)) {
      throw new XenException(Errno.EEXIST, "host=" + name + " already has domain=" + domainName);
    }
    long free = freeMemoryBytes();
    if (bytes > free) {
      throw new XenException(
          Errno.ENOMEM,
          "host=" + name + " domain=" + domainName + " needs=" + bytes + " free=" + free);
    }
    DomainInstance instance =
        new DomainInstance(this, new DomainId(++lastId), domainName, bytes / SharedPage.PAGE_SIZE);
    instances.put(instance.id, instance);
    return instance;
  }

  private boolean nameTaken(String wanted) {
    return instances.values().stream().anyMatch(instance -> instance.name().equals(wanted));
  }

  /** Called when an arrived copy takes the domain's name. */
  void settle(DomainInstance arrived, EmbeddedDomain domain) {
    domains.put(arrived.id, domain);
  }

  /** Takes a domain out of the hypervisor; what others map of it lingers. */
  void release(DomainInstance instance) {
    synchronized (hypervisor()) {
      instances.remove(instance.id);
      domains.remove(instance.id);
      instance.die();
      if (!instance.mapped.isEmpty()) {
        lingering.add(instance);
      }
    }
  }

  void lingeringMayEnd(DomainInstance instance) {
    if (instance.mapped.isEmpty()) {
      lingering.remove(instance);
    }
  }

  void close() {
    for (EmbeddedDomain domain : new ArrayList<>(domains())) {
      destroy(domain);
    }
    List.copyOf(dom0.connections()).forEach(EmbeddedXenStore::close);
    synchronized (hypervisor()) {
      release(dom0.instance());
    }
    dom0.standstill().end();
  }

  private void requireHere(EmbeddedDomain domain) {
    if (domain.host() != this || domain.state() == DomainState.DESTROYED) {
      throw new IllegalStateException("host=" + name + " has no domain=" + domain);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
