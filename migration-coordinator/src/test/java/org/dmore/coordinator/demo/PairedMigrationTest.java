package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;
import org.dmore.xen.embedded.Migration;
import org.dmore.xen.embedded.MigrationOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PairedMigrationTest {
  private static final String PASSWORD = "secret";

  /** Slots of the guest's ring. */
  private static final int RING = 51;

  private final RecordedInput input = new RecordedInput();
  private final MemoryJournal journal = new MemoryJournal();
  private DemoRoom room;
  private Viewer viewer;

  @BeforeEach
  void open() throws Exception {
    DemoSettings settings =
        DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
            .small()
            .withMigration(PatientMigration.SETTINGS.withVerify(Duration.ofMillis(500)));
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
  @EnumSource(
      value = MigrationStep.class,
      names = {"RESUME", "FOLLOW", "ATTACH", "VERIFY"},
      mode = EnumSource.Mode.EXCLUDE)
  void aMoveThatFailsAtAnyStepBeforeTheCommitLeavesBothVmsAtTheSourceWithInputFlowing(
      MigrationStep failing) throws Exception {
    viewer.type("abc");
    assertThatThrownBy(() -> room.migrate(typingAndFailingAt(failing)))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("step=" + failing)
        .hasMessageContaining("both VMs go on at host=alpha");
    assertFlowsAt("alpha", 3 + 1);
    assertThat(journal.entries().stream().map(MigrationJournal.Entry::mark))
        .contains(MigrationJournal.Mark.FAILED);
    assertTheNextMoveWorks();
  }

  static Stream<Arguments> faults() {
    List<Arguments> all = new ArrayList<>();
    for (String vm : new String[] {DemoRoom.DOM_U, DemoRoom.DOM_R}) {
      all.add(Arguments.of(vm, "connect", FaultPlan.atConnect()));
      all.add(Arguments.of(vm, "round 1", FaultPlan.atRound(1)));
      all.add(Arguments.of(vm, "bytes", FaultPlan.afterBytes(1 << 20)));
      all.add(Arguments.of(vm, "stop", FaultPlan.inStopAndCopy()));
      all.add(Arguments.of(vm, "arrival", FaultPlan.onArrival()));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void aVmThatCannotMoveKeepsThePairAtTheSource(String vm, String name, FaultPlan fault)
      throws Exception {
    viewer.type("abc");
    room.failNextMove(vm, fault);
    assertThatThrownBy(() -> room.migrate(MigrationListener.NONE))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("injected")
        .hasMessageContaining("both VMs go on at host=alpha");
    assertFlowsAt("alpha", 3);
    assertTheNextMoveWorks();
  }

  @Test
  void aMoveCanBeCancelled() throws Exception {
    assertThatThrownBy(
            () ->
                room.migrate(
                    new MigrationListener() {
                      @Override
                      public void beginning(MigrationStep step) {
                        if (step == MigrationStep.DETACH) {
                          assertThat(room.migrator().cancel()).isTrue();
                        }
                      }
                    }))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("cancelled");
    assertFlowsAt("alpha", 0);
    assertThat(room.migrator().cancel()).isFalse();
  }

  @Test
  void aPairMovesOnceAtATime() throws Exception {
    MigrationReceipt receipt =
        room.migrate(
            new MigrationListener() {
              @Override
              public void beginning(MigrationStep step) {
                assertThatThrownBy(() -> room.migrate(MigrationListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("moving already");
              }
            });
    assertThat(receipt.isExact()).isTrue();
  }

  @Test
  void everyStepIsJournaledBeforeItIsDoneAndThePairComesBack() throws Exception {
    room.migrate(MigrationListener.NONE);
    List<String> lines =
        journal.entries().stream().map(entry -> entry.step() + " " + entry.mark()).toList();
    List<String> expected = new ArrayList<>();
    for (MigrationStep step : MigrationStep.values()) {
      expected.add(step + " BEGIN");
      expected.add(step + " DONE");
    }
    expected.add("VERIFY ENDED");
    assertThat(lines).isEqualTo(expected);
    room.migrate(MigrationListener.NONE);
    assertFlowsAt("alpha", 0);
  }

  @Test
  void whatTheGuestConsumesBehindDomRsBackIsKnownFromItsOwnPage() throws Exception {
    reopen(consoleMovesLong(PatientMigration.SETTINGS.withDrain(Duration.ofMillis(1))));
    viewer.type("abc");
    await().until(() -> input.count() == 6);
    room.guest().query(() -> stall(true));
    viewer.type("defg");
    await().until(() -> room.consoled().query(console -> console.ledger().published()) == 14);
    MigrationReceipt receipt =
        room.migrate(
            new MigrationListener() {
              @Override
              public void beginning(MigrationStep step) {
                if (step == MigrationStep.MOVE_DOMR) {
                  // DomR has let go of the ring; the guest still runs at the source.
                  room.guest().query(() -> stall(false));
                }
              }
            });
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.consumedBefore()).isEqualTo(14);
    assertThat(receipt.held()).isZero();
    assertThat(input.events()).hasSize(14);
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
  }

  /**
   * The user VM has stopped and its last pages are copied while DomR still writes: the ring that
   * DomR filled is at the source, and the page at the destination knows nothing of it.
   */
  @Test
  void whatDomRWroteAfterTheGuestWasStoppedIsGivenToItAgain() throws Exception {
    reopen(
        DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
            .small()
            .withMigration(PatientMigration.SETTINGS.withDrain(Duration.ofMillis(1))));
    String before = "abcdefghij";
    String after = "klmnopqrstuvwxyz".repeat(3);
    viewer.type(before);
    await().until(() -> input.count() == 2 * before.length());
    MigrationReceipt receipt =
        room.migrate(
            new MigrationListener() {
              @Override
              public void beginning(MigrationStep step) {
                if (step == MigrationStep.HOLD) {
                  await().until(() -> room.guest().domain().state() == DomainState.SUSPENDED);
                  viewer.type(after);
                  await().until(() -> ledger(Ledger::accepted) == 2 * (before + after).length());
                  assertThat(ledger(Ledger::published)).isEqualTo(2 * before.length() + RING);
                }
              }
            });
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.complete()).isTrue();
    assertThat(receipt.consumedBefore()).isEqualTo(2L * before.length());
    assertThat(receipt.held()).isEqualTo(2L * after.length());
    List<String> codes = input.events().stream().filter(e -> e.startsWith("+")).toList();
    assertThat(codes).hasSize((before + after).length());
    assertThat(codes.subList(before.length(), codes.size())).startsWith("+37", "+38", "+50");
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
  }

  private int ledger(java.util.function.ToLongFunction<Ledger> cursor) {
    return room.consoled().query(c -> Math.toIntExact(cursor.applyAsLong(c.ledger())));
  }

  @Test
  void aGuestThatTakesNothingIsMovedAndGetsEverythingWhenItWakes() throws Exception {
    room.guest().query(() -> stall(true));
    viewer.type("hello");
    await().until(() -> room.consoled().query(console -> console.ledger().accepted()) == 10);
    MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
    assertThat(receipt.complete()).isFalse();
    assertThat(receipt.consumedBefore()).isZero();
    assertThat(receipt.held()).isEqualTo(10);
    assertThat(receipt.deliveredAfter()).isZero();
    assertThat(receipt.isExact()).isTrue();
    MigrationReceipt second = room.migrate(MigrationListener.NONE);
    assertThat(second.held()).isEqualTo(10);
    room.guest().query(() -> stall(false));
    await().until(() -> input.count() == 10);
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
    MigrationReceipt third = room.migrate(MigrationListener.NONE);
    assertThat(third.complete()).isTrue();
    assertThat(third.accepted()).isEqualTo(10);
    assertThat(third.consumedBefore()).isEqualTo(10);
  }

  @Test
  void aKeyHeldDownAcrossAMoveNeitherRepeatsNorSticks() throws Exception {
    viewer.press('x');
    await().until(() -> input.count() == 1);
    room.migrate(MigrationListener.NONE);
    viewer.release('x');
    await().until(() -> input.count() == 2);
    assertThat(input.events()).containsExactly("+45", "-45");
  }

  @Test
  void positionsStayAbsoluteAfterAMoveAlthoughTheGuestDoesNotAskAgain() throws Exception {
    viewer.move(100, 50);
    await().until(() -> input.count() == 1);
    room.migrate(MigrationListener.NONE);
    viewer.move(200, 60);
    await().until(() -> input.count() == 2);
    assertThat(input.events()).containsExactly("@100,50,0", "@200,60,0");
  }

  @Test
  void theUserVmDoesNotWaitForItsConsoleBeyondTheBound() throws Exception {
    reopen(
        new DemoSettings(
            ConsoledConfig.forGuest("test", PASSWORD),
            ConsoleSecurity.ofPassword(PASSWORD),
            8 << 20,
            64 << 20,
            100_000_000,
            Duration.ofMillis(2),
            MigrationSettings.DEFAULT.withPausedBound(Duration.ofMillis(50))));
    assertThatThrownBy(() -> room.migrate(MigrationListener.NONE))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("has stood still")
        .hasMessageContaining("bound=50");
    assertFlowsAt("alpha", 0);
  }

  /** Somebody moves both VMs by hand, without a word to consoled. */
  @Test
  void aMoveThatNobodyAnnouncedIsSurvived() throws Exception {
    viewer.type("abc");
    await().until(() -> input.count() == 6);
    EmbeddedHost alpha = room.machineRoom().host("alpha");
    EmbeddedHost beta = room.machineRoom().host("beta");
    EmbeddedDomain domR = alpha.find(DemoRoom.DOM_R).orElseThrow();
    EmbeddedDomain domU = alpha.find(DemoRoom.DOM_U).orElseThrow();
    // Numbers differ from those at the source only if beta has used some before.
    beta.createDomain(DomainConfig.of("another", 1 << 20));
    Migration console = alpha.migrate(domR, beta, MigrationOptions.DEFAULT);
    console.awaitLanded(Duration.ofSeconds(10));
    console.complete();
    Migration guest = alpha.migrate(domU, beta, MigrationOptions.DEFAULT);
    guest.awaitLanded(Duration.ofSeconds(10));
    room.hosts()
        .get(1)
        .agent()
        .attachDevices(ConsoleId.only(domR.id()), guest.incomingId().orElseThrow());
    guest.complete();
    beta.unpause(domU);
    beta.unpause(domR);
    await().until(room.consoled()::isConnected);
    viewer.type("z");
    await().until(() -> input.events().contains("-44"));
    assertThat(input.events()).hasSize(8).endsWith("+44", "-44");
    assertThat(viewer.isRunning()).isTrue();
  }

  private void reopen(DemoSettings settings) throws Exception {
    viewer.close();
    room.close();
    room = DemoRoom.open(settings, journal, input);
    viewer = new Viewer(room.address(), PASSWORD);
  }

  /** DomR's move takes about 300 ms, all of which the user VM is being copied too. */
  private static DemoSettings consoleMovesLong(MigrationSettings bounds) {
    return new DemoSettings(
        ConsoledConfig.forGuest("test", PASSWORD),
        ConsoleSecurity.ofPassword(PASSWORD),
        64 << 20,
        32 << 20,
        100_000_000,
        Duration.ofMillis(2),
        bounds);
  }

  private boolean stall(boolean stalled) {
    room.guest().keyboard().setStalled(stalled);
    return stalled;
  }

  /** Types a letter at the step, then makes it fail. */
  private MigrationListener typingAndFailingAt(MigrationStep failing) {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        if (step == failing) {
          viewer.type('m');
          throw new IllegalStateException("made to fail");
        }
      }
    };
  }

  private void assertFlowsAt(String host, int keysBefore) throws InterruptedException {
    assertThat(room.location().name()).isEqualTo(host);
    assertThat(room.guest().domain().state()).isEqualTo(DomainState.RUNNING);
    await().until(() -> input.count() == 2 * keysBefore);
    viewer.type("z");
    await().until(() -> input.count() == 2 * keysBefore + 2);
    assertThat(input.events()).endsWith("+44", "-44");
    assertThat(viewer.isRunning()).isTrue();
    assertThat(viewer.failure()).isNull();
    InputAudit audit = room.audit(Duration.ofSeconds(5));
    assertThat(audit.isExact()).as("%s", audit).isTrue();
  }

  private void assertTheNextMoveWorks() throws Exception {
    int before = input.count();
    MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.complete()).isTrue();
    assertThat(room.location().name()).isEqualTo("beta");
    viewer.type("q");
    await().until(() -> input.count() == before + 2);
  }
}
