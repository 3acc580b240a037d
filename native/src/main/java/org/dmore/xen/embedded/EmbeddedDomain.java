package org.dmore.xen.embedded;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.dmore.xen.DomainId;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual machine of the embedded room: the same object before and after its migrations, while
 * its host and its number change.
 *
 * <p>The software in it is Java code that uses its {@linkplain #ports() ports} and executes on its
 * {@linkplain #newVirtualCpu virtual CPUs} or on {@linkplain #attachLoop attached} executors; these
 * stand still while the domain is paused or suspended, and so do its threads in {@code
 * EventChannels.await} and its watch listeners. Other threads that use its ports are not stopped.
 *
 * <p>Thread-safe. Hosts pause, unpause, destroy and migrate it.
 */
public final class EmbeddedDomain {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDomain.class);

  private final DomainConfig config;
  private final UUID uuid = UUID.randomUUID();
  private final Standstill standstill;
  private final Occupant occupant;
  private final EmbeddedGuestMemory memory;
  private final EmbeddedGrantOffers offers;
  private final EmbeddedGuestPorts ports;
  private final List<ResumeListener> resumeListeners = new CopyOnWriteArrayList<>();
  private final List<VirtualCpu> cpus = new CopyOnWriteArrayList<>();

  /** Held through each change of state, also while loops come to a stand. */
  private final Object lifecycle = new Object();

  private volatile DomainState state = DomainState.PAUSED;
  private DomainState beforeSuspend = DomainState.PAUSED;

  /** The copy that arrives somewhere while this domain migrates. */
  private volatile DomainInstance incoming;

  private volatile Migration migration;

  EmbeddedDomain(DomainConfig config, DomainInstance instance) {
    this.config = config;
    this.standstill = new Standstill(config.name());
    this.occupant = new Occupant(instance, standstill);
    this.memory = new EmbeddedGuestMemory(instance.ram);
    instance.logTo(memory.log());
    this.offers = new EmbeddedGrantOffers(occupant);
    this.ports = open();
    newVirtualCpu("vcpu0");
  }

  /** Its name, which it keeps. */
  public String name() {
    return config.name();
  }

  /** What it was created with. */
  public DomainConfig config() {
    return config;
  }

  /** The number that stands in {@code /vm/UUID}; it stays the same across migrations. */
  public UUID uuid() {
    return uuid;
  }

  /** Its number on the host where it is now. */
  public DomainId id() {
    return occupant.instance().id;
  }

  /** Where it is now: the source, until a migration is complete. */
  public EmbeddedHost host() {
    return occupant.instance().host;
  }

  public DomainState state() {
    return state;
  }

  /** The ports of the software in it; always the same ones. */
  public GuestPorts ports() {
    return ports;
  }

  /**
   * A further set of ports, as another process in the domain opens it: with its own connection to
   * xenstore and its own event-channel interface, which awaits its own ports.
   */
  public GuestPorts openPorts() {
    return open();
  }

  private EmbeddedGuestPorts open() {
    return new EmbeddedGuestPorts(
        new EmbeddedXenStore(occupant),
        new EmbeddedGrantTable(occupant),
        new EmbeddedEventChannels(occupant),
        memory,
        offers);
  }

  /** The first virtual CPU. */
  public VirtualCpu vcpu0() {
    return cpus.get(0);
  }

  /** Adds a virtual CPU, which lives as long as the domain. */
  public VirtualCpu newVirtualCpu(String cpuName) {
    VirtualCpu cpu = new VirtualCpu(name() + "/" + cpuName, occupant, resumeListeners);
    cpus.add(cpu);
    cpu.start();
    return cpu;
  }

  /**
   * Makes a single-threaded executor, such as an event loop, part of the domain: it is blocked by a
   * task while the domain stands still. An executor that was shut down is left out by itself.
   *
   * @param loopName names it when it does not come to a stand in time
   */
  public Attachment attachLoop(String loopName, Executor loop) {
    return standstill.add(loopName, loop)::leave;
  }

  /** As {@link #attachLoop(String, Executor)}, named by its text. */
  public Attachment attachLoop(Executor loop) {
    return attachLoop(loop.toString(), loop);
  }

  /** What {@link #attachLoop} gives; closing takes the executor out of the domain. */
  @FunctionalInterface
  public interface Attachment extends AutoCloseable {
    @Override
    void close();
  }

  /** Has a listener told, on {@link #vcpu0}, when the domain goes on after a suspend. */
  public Attachment onResume(ResumeListener listener) {
    resumeListeners.add(listener);
    return () -> resumeListeners.remove(listener);
  }

  @Override
  public String toString() {
    return name() + "(" + host().name() + "/" + id() + " " + state + ")";
  }

  /**
   * The migration of this domain that is under way, landed and undecided included: for whoever
   * comes after the one that began it.
   */
  public Optional<Migration> activeMigration() {
    return Optional.ofNullable(migration).filter(Migration::isActive);
  }

  DomainInstance instance() {
    return occupant.instance();
  }

  DomainInstance incoming() {
    return incoming;
  }

  DirtyLog dirtyLog() {
    return memory.log();
  }

  Migration migration() {
    return migration;
  }

  /** Claims the domain for one migration. */
  void beginMigration(Migration newMigration) {
    synchronized (lifecycle) {
      requireAlive();
      if (migration != null && migration.isActive()) {
        throw new IllegalStateException("domain=" + name() + " is already migrating");
      }
      migration = newMigration;
    }
  }

  void arrivesAs(DomainInstance copy) {
    incoming = copy;
  }

  void arrivesNoMore() {
    incoming = null;
  }

  void pause() {
    synchronized (lifecycle) {
      require(DomainState.RUNNING, "pause");
      standstill.freeze(config.parkLimit());
      become(DomainState.PAUSED);
    }
  }

  void unpause() {
    synchronized (lifecycle) {
      require(DomainState.PAUSED, "unpause");
      run();
    }
  }

  /** Stops it for the last part of a migration. */
  void suspend() {
    synchronized (lifecycle) {
      requireAlive();
      if (state == DomainState.RUNNING) {
        standstill.freeze(config.parkLimit());
      }
      beforeSuspend = state;
      become(DomainState.SUSPENDED);
    }
  }

  /** Undoes {@link #suspend}: it goes on where it was, and is told so. */
  void cancelSuspend() {
    synchronized (lifecycle) {
      require(DomainState.SUSPENDED, "resume");
      vcpu0().announceResume(true);
      become(DomainState.PAUSED);
      if (beforeSuspend == DomainState.RUNNING) {
        run();
      }
    }
  }

  /** Makes the copy at the destination the domain. It stays paused. */
  void moveTo(DomainInstance next) throws XenException {
    synchronized (lifecycle) {
      require(DomainState.SUSPENDED, "move");
      DomainInstance former = occupant.instance();
      synchronized (occupant.hypervisor()) {
        memory.remap(next.ram);
        next.logTo(memory.log());
        next.ports.succeed(former.ports);
        former.leave();
        former.host.release(former);
        next.rename(name());
        next.host.settle(next, this);
        occupant.moveTo(next);
        state = DomainState.PAUSED;
        incoming = null;
      }
      DomainNodes.remove(former, uuid);
      DomainNodes.rename(next, uuid);
      cpus.forEach(VirtualCpu::forgetAll);
      occupant.connections().forEach(EmbeddedXenStore::reconnect);
      vcpu0().announceResume(false);
    }
  }

  /** Pulls the plug. */
  void destroy() {
    synchronized (lifecycle) {
      if (state == DomainState.DESTROYED) {
        return;
      }
      if (state == DomainState.RUNNING) {
        try {
          standstill.freeze(config.parkLimit());
        } catch (IllegalStateException e) {
          LOG.warn("domain={} is destroyed although it does not stand still", name(), e);
        }
      }
      DomainInstance last = occupant.instance();
      state = DomainState.DESTROYED;
      last.host.release(last);
      memory.destroy();
      occupant.connections().forEach(EmbeddedXenStore::close);
      try {
        DomainNodes.remove(last, uuid);
      } catch (XenException e) {
        throw new IllegalStateException("dom0 may remove every node", e);
      }
      standstill.end();
    }
  }

  private void run() {
    host().room().claimRun(this);
    become(DomainState.RUNNING);
    Migration last = migration;
    if (last != null) {
      last.domainRuns();
    }
    standstill.thaw();
  }

  private void become(DomainState newState) {
    state = newState;
    occupant.instance().become(newState);
  }

  private void requireAlive() {
    if (state == DomainState.DESTROYED) {
      throw new IllegalStateException("domain=" + name() + " is destroyed");
    }
  }

  private void require(DomainState wanted, String what) {
    if (state != wanted) {
      throw new IllegalStateException(
          "cannot " + what + " domain=" + name() + " state=" + state + " wanted=" + wanted);
    }
  }
}
