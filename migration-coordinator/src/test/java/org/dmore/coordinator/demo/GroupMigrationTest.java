package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.dmore.coordinator.control.RoomGroup;
import org.dmore.coordinator.demo.FaultyJournal.Fault;
import org.dmore.coordinator.demo.FaultyJournal.Killed;
import org.dmore.coordinator.host.EmbeddedToolstack;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.PairMigrator;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.dmore.xen.embedded.MachineRoom;
import org.dmore.xen.embedded.MigrationOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves of several guests with one DomR: all of them, or none, and every key once. */
class GroupMigrationTest {
  private static final List<String> GUESTS = List.of("web1", "db.1", "mail_1");
  private static final long MEMORY = 256L << 20;

  private final FaultyJournal journal = new FaultyJournal();
  private final Map<String, Queue<FaultPlan>> faults = new ConcurrentHashMap<>();
  private final Map<String, Long> bandwidths = new ConcurrentHashMap<>();
  private MachineRoom room;
  private List<EmbeddedVmHost> hosts;
  private RoomGroup group;
  private PairMigrator migrator;
  private boolean landsForGood;

  @BeforeEach
  void open() throws Exception {
    room = MachineRoom.builder().host("alpha", MEMORY).host("beta", MEMORY).build();
    startHostds();
    EmbeddedHost alpha = room.host("alpha");
    group = new RoomGroup(alpha, hosts.get(0).agent(), "shop", GUESTS);
    newMigrator(PatientMigration.SETTINGS);
  }

  @AfterEach
  void close() {
    group.close();
    hosts.forEach(EmbeddedVmHost::close);
    room.close();
    assertThat(room.invariantViolations()).isEmpty();
  }

  private void startHostds() {
    EmbeddedToolstack toolstack =
        new EmbeddedToolstack(
            vm -> landsForGood && !vm.endsWith("-console"),
            EmbeddedToolstack.UNDECIDED.consoleVms(),
            EmbeddedToolstack.UNDECIDED.power());
    hosts =
        room.hosts().stream()
            .map(host -> new EmbeddedVmHost(host, this::options, toolstack))
            .toList();
  }

  private MigrationOptions options(String vm, MigrationOptions options) {
    FaultPlan fault = faults.getOrDefault(vm, new ConcurrentLinkedQueue<>()).poll();
    return options
        .withBandwidth(bandwidths.getOrDefault(vm, 1_250_000_000L))
        .withDowntimeOverhead(Duration.ofMillis(2))
        .withFaults(fault == null ? FaultPlan.none() : fault);
  }

  private void newMigrator(MigrationSettings settings) {
    migrator = new PairMigrator(group.pair(), settings, journal);
  }

  private Map<String, VmHost> named() {
    return hosts.stream().collect(Collectors.toMap(VmHost::name, host -> (VmHost) host));
  }

  private MigrationReceipt move() throws Exception {
    Map<String, VmHost> named = named();
    String from = group.location();
    return migrator.migrate(
        named.get(from), named.get(from.equals("alpha") ? "beta" : "alpha"), typing());
  }

  private MigrationListener typing() {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        group.type('s');
      }
    };
  }

  private void assertSoundAt(String host, String what) {
    group.assertSoundAt(host, what);
    for (EmbeddedHost each : room.hosts()) {
      assertThat(each.lingering()).as(what).isEmpty();
      assertThat(each.listing())
          .as(what)
          .noneMatch(info -> info.name().endsWith(EmbeddedHost.INCOMING));
      assertThat(each.domains().stream().map(EmbeddedDomain::name).toList())
          .as(what)
          .containsExactlyInAnyOrderElementsOf(
              each.name().equals(host) ? group.pair().vms() : List.of());
    }
    List<MigrationJournal.Entry> entries = journal.entries();
    assertThat(
            entries.isEmpty()
                || entries.get(entries.size() - 1).mark() == MigrationJournal.Mark.ENDED)
        .as(what)
        .isTrue();
  }

  @Test
  void allMoveTogetherThereAndBackAndNoKeyIsLost() throws Exception {
    for (String to : List.of("beta", "alpha", "beta")) {
      MigrationReceipt receipt = move();
      assertThat(receipt.isExact()).isTrue();
      assertThat(receipt.complete()).isTrue();
      assertThat(receipt.renewed()).isFalse();
      assertThat(receipt.held()).as("by all consoles").isGreaterThanOrEqualTo(GUESTS.size());
      assertThat(receipt.deliveredAfter()).isEqualTo(receipt.held());
      assertThat(receipt.domUDowntime()).isPositive();
      assertSoundAt(to, "moved to " + to);
    }
  }

  @Test
  void noneMovesIfOneCannot() throws Exception {
    for (String guest : GUESTS) {
      fail(guest, FaultPlan.onArrival());
      assertThatThrownBy(this::move)
          .isInstanceOf(MigrationFailedException.class)
          .hasMessageContaining("all VMs go on at host=alpha");
      assertSoundAt("alpha", guest + " could not");
    }
    fail("shop-console", FaultPlan.onArrival());
    assertThatThrownBy(this::move).isInstanceOf(MigrationFailedException.class);
    assertSoundAt("alpha", "DomR could not");
    assertThat(move().isExact()).isTrue();
    assertSoundAt("beta", "after that");
  }

  /** One is there at once, another takes two seconds and a half. */
  @Test
  void whoeverLandsFirstWaitsForTheOthersNoLongerThanTheBound() throws Exception {
    bandwidths.put("mail_1", 2_000_000L);
    newMigrator(MigrationSettings.DEFAULT.withPausedBound(Duration.ofMillis(100)));
    assertThatThrownBy(this::move)
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("has stood still for millis=")
        .hasMessageContaining("while DomR and the others move, bound=100");
    assertSoundAt("alpha", "called off");
    newMigrator(PatientMigration.SETTINGS);
    assertThat(move().domUDowntime()).isGreaterThan(Duration.ofMillis(100));
    assertSoundAt("beta", "with patience");
  }

  @Test
  void guestsThatTheirToolstackLetsGoByItselfDoNotMoveTogether() throws Exception {
    landsForGood = true;
    assertThatThrownBy(this::move)
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("serves others too")
        .hasMessageContaining("all VMs go on at host=alpha");
    landsForGood = false;
    assertSoundAt("alpha", "refused");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aMoveIsBroughtToItsEndWhereverItsLeaderStopped(Fault fault) throws Exception {
    int moved = 0;
    int line = 0;
    boolean stopped = true;
    while (stopped) {
      line++;
      String from = group.location();
      journal.failAt(line, fault);
      try {
        assertThat(move().isExact()).isTrue();
        stopped = false;
      } catch (Killed | MigrationFailedException e) {
        group.type('f');
      }
      Optional<RecoveredMove> recovered = recover();
      String at = group.location();
      assertSoundAt(at, "line=" + line + " fault=" + fault);
      recovered.ifPresent(move -> assertThat(move.host()).isEqualTo(at));
      moved += at.equals(from) ? 0 : 1;
    }
    // BEGIN and DONE of each step, and the end.
    assertThat(line).isEqualTo(2 * MigrationStep.values().length + 2);
    assertThat(moved).isBetween(5, line - 5);
  }

  /** Another daemon, which knows nothing but what the journal and the hosts tell. */
  private Optional<RecoveredMove> recover() throws Exception {
    journal.lift();
    hosts.forEach(EmbeddedVmHost::close);
    startHostds();
    newMigrator(PatientMigration.SETTINGS);
    Map<String, VmHost> named = named();
    Optional<RecoveredMove> recovered = migrator.recover(named, typing());
    recovered
        .flatMap(RecoveredMove::receipt)
        .ifPresent(
            receipt -> {
              assertThat(receipt.isExact()).isTrue();
              assertThat(receipt.complete()).isTrue();
            });
    VmHost here = named.get(group.location());
    for (String guest : GUESTS) {
      here.agent()
          .adoptDevices(here.find("shop-console").orElseThrow(), here.find(guest).orElseThrow());
    }
    return recovered;
  }

  /** Its copy dies after another's has become the VM, which cannot be undone. */
  @Test
  void whoeverFallsBackAfterTheCommitMovesAgain() throws Exception {
    Map<String, VmHost> named = named();
    VmHost alpha = named.get("alpha");
    VmHost losing =
        wrap(
            VmHost.class,
            alpha,
            (name, arguments, result) ->
                name.equals("migrate") && arguments[0].equals("db.1")
                    ? losing((VmMigration) result)
                    : result);
    assertThatThrownBy(() -> migrator.migrate(losing, named.get("beta"), typing()))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("after it had committed");
    assertThat(named.get("beta").find("web1")).isPresent();
    assertThat(alpha.isRunning("db.1")).isTrue();
    group.type('f');
    RecoveredMove recovered = recover().orElseThrow();
    assertThat(recovered.host()).isEqualTo("beta");
    assertThat(recovered.receipt().orElseThrow().isExact()).isTrue();
    assertSoundAt("beta", "moved again");
    assertThat(move().isExact()).isTrue();
    assertSoundAt("alpha", "and back");
  }

  private static VmMigration losing(VmMigration migration) {
    return wrap(
        VmMigration.class,
        migration,
        (name, arguments, result) -> result,
        name -> {
          if (name.equals("complete")) {
            migration.abort();
            throw new IOException("the copy is dead");
          }
        });
  }

  private interface After {
    Object change(String method, Object[] arguments, Object result) throws Exception;
  }

  private interface Before {
    void run(String method) throws Exception;
  }

  private static <T> T wrap(Class<T> type, T inner, After after) {
    return wrap(type, inner, after, name -> {});
  }

  private static <T> T wrap(Class<T> type, T inner, After after, Before before) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              before.run(method.getName());
              try {
                return after.change(method.getName(), arguments, method.invoke(inner, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private void fail(String vm, FaultPlan plan) {
    faults.computeIfAbsent(vm, name -> new ConcurrentLinkedQueue<>()).add(plan);
  }
}
