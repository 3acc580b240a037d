package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.Consoled;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MachineRoom;
import org.dmore.xen.embedded.MigrationOptions;
import org.dmore.xen.embedded.MigrationPhase;

/**
 * A console that is served from a domain which does not move, as by a VNC server in dom0: the guest
 * moves alone, and gets the devices of the destination's server.
 *
 * <p>The destination's server takes clients before the guest has come, and keeps what they type
 * until its driver connects.
 */
final class FixedService implements ConsoleService {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DemoSettings settings;
  private final SourceEnd sourceEnd;
  private final MachineRoom room;
  private final List<EmbeddedVmHost> hosts;
  private final HostConsoles consoles;
  private final EmbeddedGuest guest;
  private volatile CompletableFuture<Void> suspended = new CompletableFuture<>();
  private volatile Consoled consoled;

  FixedService(DemoSettings settings, SourceEnd sourceEnd, KeyboardFrontend.Listener input)
      throws IOException, InterruptedException {
    this.settings = settings;
    this.sourceEnd = sourceEnd;
    long memory = 2 * (settings.domUMemory() + settings.domRMemory());
    room = MachineRoom.builder().host("alpha", memory).host("beta", memory).build();
    hosts = room.hosts().stream().map(host -> new EmbeddedVmHost(host, this::options)).toList();
    try {
      consoles = new HostConsoles(room, settings);
      EmbeddedVmHost first = hosts.get(0);
      consoled = consoles.start(first.name());
      EmbeddedDomain domU =
          room.host(first.name())
              .createDomain(DomainConfig.of(DemoRoom.DOM_U, settings.domUMemory()));
      DomainId server = consoles.id(first.name());
      first.agent().attachDevices(ConsoleId.only(server), domU.id());
      first.agent().awaitBackends(server, domU.id(), PATIENCE);
      guest = new EmbeddedGuest(domU, input);
      first.unpause(DemoRoom.DOM_U);
      awaitConnected();
    } catch (IOException | RuntimeException | InterruptedException e) {
      close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress address() {
    return consoled.address();
  }

  @Override
  public EmbeddedGuest guest() {
    return guest;
  }

  @Override
  public Consoled consoled() {
    return consoled;
  }

  @Override
  public MoveTimes move() throws IOException, InterruptedException {
    int at = hosts.get(0).name().equals(guest.domain().host().name()) ? 0 : 1;
    EmbeddedVmHost from = hosts.get(at);
    EmbeddedVmHost to = hosts.get(1 - at);
    DomainId source = guest.domain().id();
    Consoled leaving = consoled;
    Consoled next = consoles.start(to.name());
    Thread end = new Thread(() -> handOver(leaving, next), "source-end");
    try {
      suspended = new CompletableFuture<>();
      VmMigration migration = from.migrate(DemoRoom.DOM_U, to);
      awaitSuspended(migration);
      if (sourceEnd == SourceEnd.SUSPENDED) {
        end.start();
      }
      migration.awaitLanded(PATIENCE);
      to.agent()
          .attachDevices(
              ConsoleId.only(consoles.id(to.name())), migration.incomingId().orElseThrow());
      from.agent().forgetDevices(source);
      migration.complete();
      to.unpause(DemoRoom.DOM_U);
      if (sourceEnd == SourceEnd.DESTROYED) {
        end.start();
      }
      end.join();
      from.agent().detachDevices(consoles.id(from.name()), source);
      awaitConnected();
      return new MoveTimes(migration.standingStill(), Optional.empty());
    } catch (TimeoutException e) {
      throw new IOException("the guest does not move: " + e.getMessage(), e);
    } finally {
      if (consoled != next) {
        next.close();
      }
    }
  }

  @Override
  public void close() {
    if (consoled != null) {
      consoled.close();
    }
    hosts.forEach(EmbeddedVmHost::close);
    room.close();
  }

  /** Clients find the destination's server from now on, and the source's ends. */
  private void handOver(Consoled leaving, Consoled next) {
    consoled = next;
    leaving.close();
  }

  /** Waits until the guest stands still, or the migration has ended before that. */
  private void awaitSuspended(VmMigration migration)
      throws IOException, InterruptedException, TimeoutException {
    try {
      suspended.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is never completed so", e);
    } catch (TimeoutException e) {
      migration.abort();
      throw e;
    }
  }

  private MigrationOptions options(String vm, MigrationOptions options) {
    return options
        .withBandwidth(settings.bandwidth())
        .withDowntimeOverhead(settings.downtimeOverhead())
        .withObserver(
            progress -> {
              MigrationPhase phase = progress.phase();
              if (phase == MigrationPhase.STOP_AND_COPY || phase.isOver()) {
                suspended.complete(null);
              }
            });
  }

  private void awaitConnected() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!consoled.isConnected()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the guest's devices did not connect within seconds=" + PATIENCE.toSeconds());
      }
      Thread.sleep(2);
    }
  }
}
