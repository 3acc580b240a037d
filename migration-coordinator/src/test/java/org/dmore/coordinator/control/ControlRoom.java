package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.dmore.coordinator.host.EmbeddedToolstack;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.store.contract.StoreRig;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.token.TokenIssuer;
import org.dmore.vdev.service.ControlNodes;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.dmore.xen.embedded.MachineRoom;
import org.dmore.xen.embedded.MigrationOptions;

/** Three embedded hosts, alpha, beta and gamma, each with a hostd, and pairs on them. */
final class ControlRoom implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(30);
  private static final long PAIR = 20L << 20;

  static final ControlSettings SETTINGS =
      new ControlSettings(
          MigrationSettings.DEFAULT
              .withPausedBound(Duration.ofSeconds(20))
              .withDrain(Duration.ofMillis(50)),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(6),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofMillis(200),
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          2,
          1_000,
          64,
          Map.of());

  private final StoreRig stores;
  private final MachineRoom room;
  private final TokenIssuer issuer = TokenIssuer.withNewKey("dc1", Clock.systemUTC());
  private final Map<String, Hostd> hostds = new ConcurrentHashMap<>();
  private final List<RoomPair> pairs = new ArrayList<>();
  private final List<RoomGroup> groups = new ArrayList<>();
  private final List<AuditSink.Event> audit = new CopyOnWriteArrayList<>();
  private final List<String> switched = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<FaultPlan>> faults = new ConcurrentHashMap<>();
  private final List<String> startedAnew = new CopyOnWriteArrayList<>();
  private volatile boolean userVmsLandForGood;
  private volatile long bandwidth = 1_250_000_000;

  private record Hostd(MortalStore store, EmbeddedVmHost vms, HostControl control) {}

  /**
   * Starts the hosts.
   *
   * @param shares how many pairs each host has memory for
   */
  ControlRoom(StoreRig stores, int shares) throws Exception {
    // A process that is killed ends its threads with an error that is nobody's to hear of.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
    this.stores = stores;
    MachineRoom.Builder builder = MachineRoom.builder();
    for (String host : new String[] {"alpha", "beta", "gamma"}) {
      builder.host(host, shares * PAIR);
    }
    room = builder.build();
    for (EmbeddedHost host : room.hosts()) {
      start(host.name());
    }
  }

  /** Starts a host's hostd, after it was killed or for the first time. */
  void start(String host) throws Exception {
    MortalStore store = new MortalStore(stores.open());
    EmbeddedVmHost vms =
        new EmbeddedVmHost(
            room.host(host),
            this::options,
            new EmbeddedToolstack(
                vm -> userVmsLandForGood && !vm.endsWith("-console"),
                (where, domR) -> startedAnew.add(where.name() + ":" + domR),
                (vm, action) -> switched.add(vm + action)));
    HostControl control = newControl(store, vms);
    hostds.put(host, new Hostd(store, vms, control));
    control.start();
  }

  HostControl newControl(MortalStore store, EmbeddedVmHost vms) {
    HostControl control =
        new HostControl(
            "https://" + vms.name() + ":7443",
            vms,
            store,
            this::peer,
            SETTINGS,
            Clock.systemUTC(),
            vms.name().equals("gamma") ? Optional.empty() : Optional.of(issuer),
            audit::add);
    return control;
  }

  private Optional<Peer> peer(HostRecord host) {
    return Optional.ofNullable(hostds.get(host.name()))
        .filter(hostd -> !hostd.store().isDead())
        .map(hostd -> new Peer(seenFromElsewhere(hostd.vms()), hostd.control()));
  }

  /** Migrations are begun, and looked at, by a host's own hostd alone. */
  private static VmHost seenFromElsewhere(VmHost host) {
    return (VmHost)
        Proxy.newProxyInstance(
            VmHost.class.getClassLoader(),
            new Class<?>[] {VmHost.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("migrat")) {
                throw new IOException("host=" + host.name() + " is elsewhere");
              }
              try {
                return method.invoke(host, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Has a hostd die, as by {@code kill -9}; for all others its leases have ended. */
  void kill(String host) throws Exception {
    Hostd killed = hostds.get(host);
    killed.store().kill();
    killed.vms().close();
    killed.store().endLeases();
  }

  /** What a DomR's consoled does when it begins. */
  void sayStarted(String host, String domR, String when) throws Exception {
    EmbeddedHost machine = room.host(host);
    DomainId id = hostds.get(host).vms().find(domR).orElseThrow();
    machine
        .dom0()
        .xenStore()
        .write("/local/domain/" + id + "/" + ControlNodes.ONLY.started(), when + " memory=none");
  }

  /** From now on user VMs are as libvirt's. */
  void letUserVmsLandForGood() {
    userVmsLandForGood = true;
  }

  /** DomRs that were to be started anew, each as {@code host:name}; here none is. */
  List<String> startedAnew() {
    return List.copyOf(startedAnew);
  }

  RoomPair addPair(String host, String name) throws Exception {
    RoomPair pair = new RoomPair(room.host(host), hostds.get(host).vms().agent(), name);
    pairs.add(pair);
    PairStatus defined = on("gamma").definePair(pair.record());
    assertThat(defined.pair().host()).isEqualTo(host);
    return pair;
  }

  /** Several guests with one DomR. */
  RoomGroup addGroup(String host, String name, List<String> guests) throws Exception {
    RoomGroup group = new RoomGroup(room.host(host), hostds.get(host).vms().agent(), name, guests);
    groups.add(group);
    PairStatus defined = on("gamma").definePair(group.record());
    assertThat(defined.pair().host()).isEqualTo(host);
    return group;
  }

  HostControl on(String host) {
    return hostds.get(host).control();
  }

  MortalStore store(String host) {
    return hostds.get(host).store();
  }

  EmbeddedVmHost vms(String host) {
    return hostds.get(host).vms();
  }

  StoreRig stores() {
    return stores;
  }

  List<AuditSink.Event> audit() {
    return audit;
  }

  List<String> switched() {
    return switched;
  }

  void setBandwidth(long bytesPerSecond) {
    bandwidth = bytesPerSecond;
  }

  /** Makes the next moves of a VM fail, in order. */
  void failNextMoves(String vm, FaultPlan... plans) {
    faults.computeIfAbsent(vm, name -> new ConcurrentLinkedQueue<>()).addAll(List.of(plans));
  }

  /** Waits for a move's end. */
  MigrationRecord ended(String host, String id) throws Exception {
    await(id).atMost(SOON).until(() -> on(host).migration(id).migration().state().hasEnded());
    return on(host).migration(id).migration();
  }

  static MigrationRequest to(RoomPair pair, String host) {
    return new MigrationRequest(pair.name(), Optional.of(host), Optional.empty());
  }

  /** No VM is half at a host, and each is there once. */
  void assertTidy() {
    List<String> names = new ArrayList<>();
    for (EmbeddedHost host : room.hosts()) {
      assertThat(host.lingering()).isEmpty();
      assertThat(host.listing()).noneMatch(info -> info.name().endsWith(EmbeddedHost.INCOMING));
      host.domains().stream().map(EmbeddedDomain::name).forEach(names::add);
    }
    int ofGroups = groups.stream().mapToInt(group -> group.pair().vms().size()).sum();
    assertThat(names).doesNotHaveDuplicates().hasSize(2 * pairs.size() + ofGroups);
  }

  @Override
  public void close() throws java.io.IOException {
    pairs.parallelStream().forEach(RoomPair::close);
    groups.forEach(RoomGroup::close);
    for (Hostd hostd : hostds.values()) {
      if (!hostd.store().isDead()) {
        hostd.control().close();
        hostd.vms().close();
      }
    }
    room.close();
    stores.close();
    Awaitility.reset();
    assertThat(room.invariantViolations()).isEmpty();
  }

  private MigrationOptions options(String vm, MigrationOptions options) {
    FaultPlan fault = faults.getOrDefault(vm, new ConcurrentLinkedQueue<>()).poll();
    return options
        .withBandwidth(bandwidth)
        .withDowntimeOverhead(Duration.ofMillis(2))
        .withFaults(fault == null ? FaultPlan.none() : fault);
  }

  static String powered(String vm, PowerAction action) {
    return vm + action;
  }
}
