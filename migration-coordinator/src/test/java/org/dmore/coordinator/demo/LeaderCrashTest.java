package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dmore.coordinator.demo.FaultyJournal.Fault;
import org.dmore.coordinator.demo.FaultyJournal.Killed;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The leader of a move is killed at every line that it writes, before the line is there and after,
 * and the disk is full at every line: each time another leader brings the move to its end. After
 * each there is one copy of each VM, it runs, and every key that was typed arrived, once.
 */
abstract class LeaderCrashTest {
  private static final String PASSWORD = "secret";
  private final RecordedInput input = new RecordedInput();
  private final FaultyJournal journal = new FaultyJournal();
  private final List<String> expected = new ArrayList<>();
  private DemoRoom room;
  private Viewer viewer;

  /** The room's settings, with the toolstack that is tested. */
  abstract DemoSettings settings(DemoSettings common);

  /**
   * How many moves are undone at least, of those whose leaders stop at one line after the other.
   */
  abstract int leastUndone();

  /** Where the leader alone decides. */
  static final class WithXlTest extends LeaderCrashTest {
    @Override
    DemoSettings settings(DemoSettings common) {
      return common;
    }

    @Override
    int leastUndone() {
      return 5;
    }
  }

  /** Where the user VM's toolstack does, when it lands. */
  static final class WithLibvirtTest extends LeaderCrashTest {
    @Override
    DemoSettings settings(DemoSettings common) {
      return common.withUserVmLandingForGood();
    }

    /** Those in which it had not begun: nobody but who began it can call it off. */
    @Override
    int leastUndone() {
      return 3;
    }
  }

  @BeforeEach
  void open() throws Exception {
    DemoSettings settings =
        settings(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
                .small()
                .withMigration(PatientMigration.SETTINGS));
    room = DemoRoom.open(settings, journal, input);
    viewer = new Viewer(room.address(), PASSWORD);
  }

  @AfterEach
  void close() {
    viewer.close();
    room.close();
    assertThat(room.machineRoom().invariantViolations()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aMoveIsBroughtToItsEndWhereverItsLeaderStopped(Fault fault) throws Exception {
    int moved = 0;
    int line = 0;
    boolean stopped = true;
    while (stopped) {
      line++;
      String from = room.location().name();
      journal.failAt(line, fault);
      stopped = !moves();
      Optional<RecoveredMove> recovered = recover();
      assertSound("line=" + line + " fault=" + fault);
      recovered.ifPresent(move -> assertThat(move.host()).isEqualTo(room.location().name()));
      moved += room.location().name().equals(from) ? 0 : 1;
    }
    // BEGIN and DONE of each step, and the end.
    assertThat(line).isEqualTo(2 * MigrationStep.values().length + 2);
    // Some were finished and some undone, as they had committed or not.
    assertThat(moved).isBetween(5, line - leastUndone());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"KILLED_BEFORE", "KILLED_AFTER"})
  void aLeaderThatIsKilledWhileItUndoesIsFollowedByAnother(Fault fault) throws Exception {
    boolean stopped = true;
    int line = 0;
    while (stopped) {
      line++;
      String from = room.location().name();
      room.failNextMove(DemoRoom.DOM_U, FaultPlan.onArrival());
      journal.failAt(line, fault);
      boolean moved = moves();
      stopped = journal.lift();
      assertThat(moved).isFalse();
      recover();
      assertSound("line=" + line + " fault=" + fault);
      assertThat(room.location().name()).isEqualTo(from);
      while (line < 3 && !moves()) {
        recover(); // a fault that was not met yet
      }
    }
    // Two steps done, the failure, one undone, the end: if the user VM arrives before DomR leaves.
    assertThat(line).isGreaterThan(7);
  }

  /** As libvirt leaves it when the network between two libvirtd is cut at the wrong moment. */
  @Test
  void aCopyThatWasLeftAtTheDestinationIsNotTakenForTheVm() throws Exception {
    EmbeddedHost from = room.guest().domain().host();
    EmbeddedHost to =
        room.machineRoom().hosts().stream()
            .filter(host -> !host.name().equals(from.name()))
            .findFirst()
            .orElseThrow();
    room.failNextMove(DemoRoom.DOM_U, FaultPlan.onArrival());
    journal.failAt(5, Fault.KILLED_AFTER);
    assertThat(moves()).isFalse();
    await()
        .until(
            () ->
                room.guest().domain().activeMigration().isEmpty()
                    && room.guest().domain().state() == DomainState.RUNNING);
    EmbeddedDomain left = to.createDomain(DomainConfig.of(DemoRoom.DOM_U, 1 << 20));
    assertThat(recover().orElseThrow().host()).isEqualTo(from.name());
    assertThat(left.state()).isNotEqualTo(DomainState.RUNNING);
    to.destroy(left);
    assertSound("a copy was left");
    assertThat(moves()).isTrue();
    assertSound("moved after that");
  }

  @Test
  void aRecoveryThatIsKilledIsRecovered() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      String what = "seed=" + seed + " round=" + round;
      journal.failAt(1 + random.nextInt(27), anyKill(random));
      moves();
      int kills = 1 + random.nextInt(3);
      for (int kill = 0; kill < kills; kill++) {
        journal.failAt(1 + random.nextInt(8), anyKill(random));
        try {
          Optional<RecoveredMove> unused = room.restartHostd(typing());
        } catch (Killed e) {
          type('k');
        }
      }
      recover();
      assertSound(what);
    }
  }

  private static Fault anyKill(Random random) {
    return random.nextBoolean() ? Fault.KILLED_BEFORE : Fault.KILLED_AFTER;
  }

  /** Moves the pair while somebody types; false if the leader stopped or called it off. */
  private boolean moves() throws Exception {
    type('b');
    try {
      MigrationReceipt receipt = room.migrate(typing());
      assertThat(receipt.isExact()).isTrue();
      return true;
    } catch (Killed | MigrationFailedException e) {
      type('f');
      return false;
    }
  }

  private Optional<RecoveredMove> recover() throws IOException, InterruptedException {
    journal.lift();
    Optional<RecoveredMove> recovered = room.restartHostd(typing());
    recovered
        .flatMap(RecoveredMove::receipt)
        .ifPresent(
            receipt -> {
              assertThat(receipt.isExact()).isTrue();
              assertThat(receipt.complete()).isTrue();
            });
    return recovered;
  }

  private MigrationListener typing() {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        type('s');
      }
    };
  }

  private void type(char letter) {
    viewer.type(letter);
    expected.add("" + letter);
  }

  private void assertSound(String what) throws Exception {
    type('z');
    await(what).until(() -> input.count() >= 2 * expected.size());
    assertThat(input.events()).as(what).hasSize(2 * expected.size());
    InputAudit audit = room.audit(Duration.ofSeconds(5));
    assertThat(audit.isExact()).as("%s %s", what, audit).isTrue();
    assertThat(viewer.isRunning()).as(what).isTrue();
    assertThat(viewer.failure()).as(what).isNull();
    List<String> running = new ArrayList<>();
    for (EmbeddedHost host : room.machineRoom().hosts()) {
      for (EmbeddedDomain domain : host.domains()) {
        assertThat(domain.state()).as(what).isEqualTo(DomainState.RUNNING);
        running.add(domain.name());
      }
      assertThat(host.lingering()).as(what).isEmpty();
      assertThat(host.listing())
          .as(what)
          .noneMatch(info -> info.name().endsWith(EmbeddedHost.INCOMING));
    }
    assertThat(running).as(what).containsExactlyInAnyOrder(DemoRoom.DOM_U, DemoRoom.DOM_R);
    assertThat(room.guest().domain().host().name())
        .as(what)
        .isEqualTo(room.location().name())
        .isEqualTo(
            room.hosts().stream()
                .filter(host -> host.find(DemoRoom.DOM_R).isPresent())
                .findFirst()
                .orElseThrow()
                .name());
    List<MigrationJournal.Entry> entries = journal.entries();
    assertThat(entries.isEmpty() || last(entries) == MigrationJournal.Mark.ENDED).as(what).isTrue();
  }

  private static MigrationJournal.Mark last(List<MigrationJournal.Entry> entries) {
    return entries.get(entries.size() - 1).mark();
  }
}
