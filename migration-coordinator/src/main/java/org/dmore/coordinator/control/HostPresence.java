package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.Inventory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that this host is present, and how it stands. A presence that is lost, because the store did
 * not answer for too long, is taken anew as soon as it can be. Thread-safe.
 */
final class HostPresence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostPresence.class);

  private final VmHost local;
  private final String api;
  private final Inventory inventory;
  private final ControlSettings settings;
  private final Clock clock;

  private volatile Optional<Leadership> presence = Optional.empty();
  private long writtenAt;

  HostPresence(
      VmHost local, String api, Inventory inventory, ControlSettings settings, Clock clock) {
    this.local = local;
    this.api = api;
    this.inventory = inventory;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Announces the host; waits for one before that has died to be taken for dead.
   *
   * @throws ControlException if another process that lives says that it is this host
   */
  synchronized void start() throws IOException {
    long deadline = System.nanoTime() + settings.presenceTtl().multipliedBy(2).toNanos();
    while (!announce()) {
      if (System.nanoTime() > deadline) {
        throw new ControlException(
            Reason.CONFLICT,
            "host=%s is announced by another process that lives: does a hostd of this name run?"
                .formatted(local.name()));
      }
      try {
        Thread.sleep(Math.min(settings.retry().toMillis(), settings.presenceTtl().toMillis() / 10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ControlException(Reason.UNAVAILABLE, "hostd is about to end", e);
      }
    }
    introduce();
  }

  /** Whether this process is surely this host's hostd. */
  boolean isHeld() {
    return presence.map(Leadership::isHeld).orElse(false);
  }

  /** Announces the host again if need be, and writes how it stands when that is due. */
  synchronized void look() throws IOException {
    if (!isHeld()) {
      if (!announce()) {
        LOG.warn("host={} is announced by another process", local.name());
        return;
      }
      introduce();
    } else if (System.nanoTime() - writtenAt > settings.refresh().toNanos()) {
      long free = local.freeMemory();
      Optional<HostRecord> unused =
          inventory
              .hosts()
              .under(presence.orElseThrow())
              .update(local.name(), before -> before.seen(clock.instant(), free));
      writtenAt = System.nanoTime();
    }
  }

  @Override
  public synchronized void close() {
    presence.ifPresent(Leadership::close);
    presence = Optional.empty();
  }

  private boolean announce() throws IOException {
    presence.ifPresent(Leadership::close);
    presence =
        inventory.announce(
            local.name(),
            settings.presenceTtl(),
            () -> LOG.warn("host={} may be taken for absent", local.name()));
    return presence.isPresent();
  }

  /** Labels, number of VMs and state are the operator's and stay; a host that was down is up. */
  private void introduce() throws IOException {
    HostRecord fresh =
        new HostRecord(
            local.name(),
            api,
            local.totalMemory(),
            settings.maxVms(),
            settings.labels(),
            HostRecord.State.ACTIVE,
            local.freeMemory(),
            clock.instant());
    var hosts = inventory.hosts().under(presence.orElseThrow());
    boolean created = hosts.create(fresh);
    if (!created) {
      Optional<HostRecord> unused =
          hosts.update(
              local.name(),
              before ->
                  new HostRecord(
                      before.name(),
                      fresh.api(),
                      fresh.memoryBytes(),
                      before.maxVms(),
                      before.labels(),
                      before.state() == HostRecord.State.DOWN
                          ? HostRecord.State.ACTIVE
                          : before.state(),
                      fresh.freeMemoryBytes(),
                      fresh.lastSeen()));
    }
    writtenAt = System.nanoTime();
  }
}
