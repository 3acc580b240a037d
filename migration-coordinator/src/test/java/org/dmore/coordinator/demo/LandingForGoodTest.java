package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.Pair;
import org.dmore.coordinator.pair.PairMigrator;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Moves of a user VM whose toolstack makes it the destination's by itself, as libvirt does. */
class LandingForGoodTest {
  private static final String PASSWORD = "secret";
  private static final Duration LATE = Duration.ofMillis(20);
  private final RecordedInput input = new RecordedInput();
  private DemoRoom room;
  private Viewer viewer;

  private void open(long domU, long domR, Duration bound) throws Exception {
    open(domU, domR, bound, new MemoryJournal());
  }

  private void open(long domU, long domR, Duration bound, MigrationJournal journal)
      throws Exception {
    MigrationSettings bounds = PatientMigration.SETTINGS.withPausedBound(bound);
    room =
        DemoRoom.open(
            new DemoSettings(
                    ConsoledConfig.forGuest("test", PASSWORD),
                    ConsoleSecurity.ofPassword(PASSWORD),
                    domU,
                    domR,
                    200_000_000,
                    Duration.ofMillis(2),
                    bounds)
                .withUserVmLandingForGood(),
            journal,
            input);
    viewer = new Viewer(room.address(), PASSWORD);
  }

  @AfterEach
  void close() {
    viewer.close();
    room.close();
    assertThat(room.machineRoom().invariantViolations()).isEmpty();
  }

  @Test
  void theConsoleMovesAlongAndNoKeyIsLost() throws Exception {
    open(32 << 20, 8 << 20, Duration.ofSeconds(20));
    MigrationReceipt receipt = room.migrate(typing());
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.renewed()).isFalse();
    assertThat(receipt.held()).isPositive();
    assertFlowsAt("beta", 12);
    assertThat(viewer.isRunning()).isTrue();
  }

  @Test
  void aUserVmThatHasLandedDoesNotWaitForALateConsole() throws Exception {
    open(8 << 20, 64 << 20, LATE);
    List<Boolean> domULanded = new ArrayList<>();
    MigrationReceipt receipt =
        room.migrate(
            new MigrationListener() {
              @Override
              public void beginning(MigrationStep step) {
                viewer.type('a');
                if (step == MigrationStep.FOLLOW) { // the guest runs, its console is on its way
                  EmbeddedHost beta = room.machineRoom().host("beta");
                  domULanded.add(beta.find(DemoRoom.DOM_U).isPresent());
                  domULanded.add(beta.find(DemoRoom.DOM_R).isEmpty());
                }
              }
            });
    assertThat(domULanded).containsExactly(true, true);
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.domRDowntime()).isPositive();
    assertThat(receipt.skew()).as("DomR landed after the bound").isGreaterThan(LATE);
    assertThat(room.migrator().expectedDomRMove())
        .as("the next move is scheduled by what this one took, late as it was")
        .isGreaterThan(receipt.skew());
    assertFlowsAt("beta", MigrationStep.values().length - 1);
    assertThat(viewer.isRunning()).isTrue();
  }

  @Test
  void aMoveThatFailsWhileTheUserVmIsCopiedIsCalledOff() throws Exception {
    open(192 << 20, 64 << 20, Duration.ofSeconds(20));
    assertThatThrownBy(
            () ->
                room.migrate(
                    new MigrationListener() {
                      @Override
                      public void beginning(MigrationStep step) {
                        viewer.type('a');
                        if (step == MigrationStep.DETACH) {
                          throw new IllegalStateException("made to fail");
                        }
                      }
                    }))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("made to fail")
        .hasMessageContaining("both VMs go on at host=alpha");
    assertFlowsAt("alpha", -1);
    assertThat(viewer.isRunning()).isTrue();
  }

  /** Whoever recovers found it on its way, and then no migration that could be called off. */
  @Test
  void aUserVmThatLandsWhileARecoveryLooksIsFollowed() throws Exception {
    FaultyJournal journal = new FaultyJournal();
    open(64 << 20, 32 << 20, Duration.ofSeconds(20), journal);
    viewer.type('a');
    journal.failAt(5, FaultyJournal.Fault.KILLED_BEFORE); // before anything is held
    assertThatThrownBy(() -> room.migrate(typing())).isInstanceOf(FaultyJournal.Killed.class);
    journal.lift();
    AtomicInteger asked = new AtomicInteger();
    EmbeddedHost beta = room.machineRoom().host("beta");
    Map<String, VmHost> hosts = new HashMap<>();
    for (VmHost host : room.hosts()) {
      Object slow =
          Proxy.newProxyInstance(
              VmHost.class.getClassLoader(),
              new Class<?>[] {VmHost.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("migrationOf")
                    && arguments[0].equals(DemoRoom.DOM_U)
                    && asked.getAndIncrement() == 0) {
                  await().until(() -> beta.find(DemoRoom.DOM_U).isPresent());
                }
                try {
                  return method.invoke(host, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
      hosts.put(host.name(), (VmHost) slow);
    }
    PairMigrator next =
        new PairMigrator(
            new Pair(DemoRoom.DOM_U, DemoRoom.DOM_R), room.settings().migration(), journal);
    RecoveredMove recovered = next.recover(hosts, typing()).orElseThrow();
    assertThat(asked).hasPositiveValue();
    assertThat(recovered.host()).isEqualTo("beta");
    assertThat(recovered.receipt().orElseThrow().isExact()).isTrue();
    assertThat(beta.find(DemoRoom.DOM_R)).isPresent();
    assertFlowsAt("beta", -1);
    assertThat(viewer.isRunning()).isTrue();
  }

  /** DomR fails when the user VM is for good at the destination: it is moved again. */
  @Test
  void aConsoleThatFailsTooLateToCallTheMoveOffIsMovedAgain() throws Exception {
    open(4 << 20, 64 << 20, Duration.ofSeconds(20));
    room.failNextMove(DemoRoom.DOM_R, FaultPlan.onArrival());
    MigrationReceipt receipt = room.migrate(typing());
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.renewed()).isFalse();
    assertThat(receipt.complete()).isTrue();
    assertFlowsAt("beta", -1);
    assertThat(viewer.isRunning()).isTrue();
  }

  @Test
  void whereNoConsoleIsLeftAFreshOneIsStarted() throws Exception {
    open(4 << 20, 64 << 20, Duration.ofSeconds(20));
    MigrationReceipt receipt =
        room.migrate(
            new MigrationListener() {
              private boolean killed;

              @Override
              public void progress(MigrationStep step, VmMigration.Progress progress) {
                boolean landed = room.machineRoom().host("beta").find(DemoRoom.DOM_U).isPresent();
                if (step == MigrationStep.MOVE_DOMR && landed && !killed) {
                  killed = true; // DomR's host ends it in mid-move
                  EmbeddedHost alpha = room.machineRoom().host("alpha");
                  EmbeddedDomain domR = alpha.find(DemoRoom.DOM_R).orElseThrow();
                  domR.activeMigration().ifPresent(migration -> migration.abort());
                  alpha.destroy(domR);
                }
              }
            });
    assertThat(receipt.renewed()).isTrue();
    assertThat(receipt.complete()).isFalse();
    viewer.close();
    viewer = new Viewer(room.address(), PASSWORD); // the one case in which it must
    await().until(room.consoled()::isConnected);
    viewer.type('z');
    await().until(() -> input.events().contains("-44"));
    assertThat(room.location().name()).isEqualTo("beta");
    assertThat(room.machineRoom().host("alpha").domains()).isEmpty();
  }

  private MigrationListener typing() {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        viewer.type('a');
      }
    };
  }

  /**
   * Asserts that both VMs run there and that everything typed arrived.
   *
   * @param typed letters that were typed; -1 if that is not known
   */
  private void assertFlowsAt(String host, int typed) throws Exception {
    viewer.type('z');
    await().until(() -> input.events().contains("-44"));
    if (typed >= 0) {
      await().untilAsserted(() -> assertThat(input.count()).isGreaterThanOrEqualTo(2 * typed));
    }
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
    assertThat(room.location().name()).isEqualTo(host);
    EmbeddedHost here = room.machineRoom().host(host);
    assertThat(here.find(DemoRoom.DOM_R)).isPresent();
  }
}
