package org.dmore.coordinator.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.EmbeddedToolstack;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.Pair;
import org.dmore.coordinator.pair.PairMigrator;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.dmore.xen.embedded.MachineRoom;
import org.dmore.xen.embedded.MigrationOptions;

/**
 * Two embedded hosts, alpha and beta, with one pair on them: a guest with a text console, and its
 * DomR with consoled.
 *
 * <p>Thread-safe.
 */
public final class DemoRoom implements AutoCloseable {
  /** The user VM's name. */
  public static final String DOM_U = "guest";

  /** The remote-management VM's name. */
  public static final String DOM_R = "guest-console";

  private static final Duration BOOT = Duration.ofSeconds(10);

  /** Hosts have room for the pair, twice. */
  private static final int HOST_SHARE = 2;

  private final DemoSettings settings;
  private final MachineRoom room;
  private final MigrationJournal journal;
  private volatile List<EmbeddedVmHost> hosts;
  private volatile EmbeddedDomain domR;
  private final EmbeddedGuest guest;
  private volatile Consoled consoled;
  private volatile PairMigrator migrator;
  private final Map<String, Queue<FaultPlan>> faults = new ConcurrentHashMap<>();

  /**
   * Builds the room and boots both VMs on the first host; returns when the console is connected.
   *
   * @param input hears of every input event that the guest's driver consumes, on the guest's CPU
   * @throws IOException if the viewers' port cannot be opened, or a VM does not come up
   */
  public static DemoRoom open(
      DemoSettings settings, MigrationJournal journal, KeyboardFrontend.Listener input)
      throws IOException, InterruptedException {
    long memory = HOST_SHARE * (settings.domUMemory() + settings.domRMemory());
    MachineRoom room = MachineRoom.builder().host("alpha", memory).host("beta", memory).build();
    try {
      return new DemoRoom(settings, room, journal, input);
    } catch (IOException | RuntimeException | InterruptedException e) {
      room.close();
      throw e;
    }
  }

  private DemoRoom(
      DemoSettings settings,
      MachineRoom room,
      MigrationJournal journal,
      KeyboardFrontend.Listener input)
      throws IOException, InterruptedException {
    this.settings = settings;
    this.room = room;
    this.journal = journal;
    this.hosts = newHosts();
    EmbeddedHost first = room.hosts().iterator().next();
    EmbeddedVmHost firstHost = hosts.get(0);

    startDomR(first, settings.console());
    try {
      EmbeddedDomain domU = first.createDomain(DomainConfig.of(DOM_U, settings.domUMemory()));
      firstHost.agent().attachDevices(ConsoleId.only(domR.id()), domU.id());
      // A guest reads the backend's features when it probes: they must stand before it runs.
      firstHost.agent().awaitBackends(domR.id(), domU.id(), BOOT);
      guest = new EmbeddedGuest(domU, input);
      first.unpause(domU);
      awaitConnected();
    } catch (IOException | RuntimeException | InterruptedException e) {
      consoled.close();
      throw e;
    }
    migrator = newMigrator();
  }

  private void startDomR(EmbeddedHost host, ConsoledConfig console) throws IOException {
    EmbeddedDomain domain =
        host.createDomain(DomainConfig.of(DOM_R, settings.domRMemory()).asDriverDomain());
    host.unpause(domain);
    Consoled fresh = new Consoled(console, settings.security(), domain.ports());
    try {
      EmbeddedDomain.Attachment unused = domain.attachLoop("consoled", fresh.loop());
      fresh.start();
    } catch (IOException | RuntimeException e) {
      fresh.close();
      throw e;
    }
    domR = domain;
    consoled = fresh;
  }

  /** A DomR in place of one that is gone, at the same address; its viewers connect anew. */
  private void startFreshDomR(EmbeddedHost host, String name) throws IOException {
    if (!name.equals(DOM_R)) {
      throw new IOException("domr=" + name + " is not known here");
    }
    InetSocketAddress address = consoled.address();
    consoled.close();
    startDomR(host, settings.console().withAddress(address));
  }

  private List<EmbeddedVmHost> newHosts() {
    EmbeddedToolstack toolstack =
        new EmbeddedToolstack(
            vm -> settings.landsForGood() && vm.equals(DOM_U),
            this::startFreshDomR,
            EmbeddedToolstack.UNDECIDED.power());
    return room.hosts().stream()
        .map(host -> new EmbeddedVmHost(host, this::options, toolstack))
        .toList();
  }

  private PairMigrator newMigrator() {
    return new PairMigrator(new Pair(DOM_U, DOM_R), settings.migration(), journal);
  }

  /**
   * Puts new daemons in place of the hosts' daemons, which know nothing but what the journal and
   * the hosts tell, and has them bring to its end what was begun: what happens when hostd is killed
   * and started again. VMs, their migrations and the console go on meanwhile.
   *
   * @return what became of a move that was under way; empty if none was
   */
  public Optional<RecoveredMove> restartHostd(MigrationListener listener)
      throws IOException, InterruptedException {
    hosts.forEach(EmbeddedVmHost::close);
    hosts = newHosts();
    migrator = newMigrator();
    Map<String, VmHost> named =
        hosts.stream().collect(Collectors.toMap(VmHost::name, host -> (VmHost) host));
    Optional<RecoveredMove> recovered = migrator.recover(named, listener);
    location().agent().adoptDevices(domR.id(), guest.domain().id());
    return recovered;
  }

  /** How viewers prove who they are, and what is encrypted. */
  public ConsoleSecurity security() {
    return settings.security();
  }

  /** Where browsers connect, if they may. */
  public Optional<InetSocketAddress> webAddress() {
    return consoled.webAddress();
  }

  /** Where Prometheus reads, if it may. */
  public Optional<InetSocketAddress> metricsAddress() {
    return consoled.metricsAddress();
  }

  /** Where viewers connect. */
  public InetSocketAddress address() {
    return consoled.address();
  }

  /** The settings it was opened with. */
  public DemoSettings settings() {
    return settings;
  }

  /** The guest. */
  public EmbeddedGuest guest() {
    return guest;
  }

  /** DomR's daemon. */
  public Consoled consoled() {
    return consoled;
  }

  /** The pair's moves. */
  public PairMigrator migrator() {
    return migrator;
  }

  /** The machine room below. */
  public MachineRoom machineRoom() {
    return room;
  }

  /** Both hosts. */
  public List<EmbeddedVmHost> hosts() {
    return hosts;
  }

  /** The host that the pair is on. */
  public VmHost location() {
    return hosts.stream()
        .filter(host -> host.name().equals(guest.domain().host().name()))
        .findFirst()
        .orElseThrow();
  }

  /** DomR's number on its host now. */
  public int domRId() {
    return domR.id().value();
  }

  /** Input events that wait in DomR now; the last known number while DomR stands still. */
  public int heldEvents() {
    return consoled.waitingEvents();
  }

  /** Moves the pair to the other host and waits for the end. */
  public MigrationReceipt migrate(MigrationListener listener)
      throws IOException, InterruptedException {
    VmHost from = location();
    VmHost to =
        hosts.stream().filter(host -> !host.name().equals(from.name())).findFirst().orElseThrow();
    return migrator.migrate(from, to, listener);
  }

  /** Makes the next move of a VM fail; several calls make several moves fail, in order. */
  public void failNextMove(String vm, FaultPlan fault) {
    faults.computeIfAbsent(vm, name -> new ConcurrentLinkedQueue<>()).add(fault);
  }

  /**
   * Waits until the guest has consumed all that viewers sent, and holds what the one end takes for
   * consumed against what the other consumed.
   *
   * @return what is known at the end of the wait
   */
  public InputAudit audit(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      InputAudit audit = auditNow();
      if (audit.outstanding() == 0 || System.nanoTime() > deadline) {
        return audit;
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    if (domR.state() != DomainState.RUNNING && domR.state() != DomainState.DESTROYED) {
      domR.host().destroy(domR); // its loop stands still and would not hear of the end
    }
    consoled.close();
    hosts.forEach(EmbeddedVmHost::close);
    room.close();
  }

  private InputAudit auditNow() {
    record Sent(long accepted, long pressedAgain, long count, long hash) {}
    Sent sent =
        consoled.query(
            console ->
                new Sent(
                    console.ledger().accepted(),
                    console.ledger().pressedAgain(),
                    console.ledger().fingerprint().count(),
                    console.ledger().fingerprint().hash()));
    record Got(long count, long hash) {}
    Got got =
        guest.query(
            () ->
                new Got(
                    guest.keyboard().fingerprint().count(), guest.keyboard().fingerprint().hash()));
    return new InputAudit(
        sent.accepted(),
        sent.pressedAgain(),
        sent.count(),
        got.count(),
        sent.count() == got.count() && sent.hash() == got.hash());
  }

  private MigrationOptions options(String vm, MigrationOptions options) {
    Queue<FaultPlan> planned = faults.getOrDefault(vm, new ArrayDeque<>());
    FaultPlan fault = planned.poll();
    return options
        .withBandwidth(settings.bandwidth())
        .withDowntimeOverhead(settings.downtimeOverhead())
        .withFaults(fault == null ? FaultPlan.none() : fault);
  }

  private void awaitConnected() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + BOOT.toNanos();
    while (!consoled.isConnected()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the guest's devices did not connect within seconds=" + BOOT.toSeconds());
      }
      Thread.sleep(2);
    }
  }
}
