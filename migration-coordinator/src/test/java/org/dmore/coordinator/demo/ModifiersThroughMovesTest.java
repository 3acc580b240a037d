package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A viewer that holds Shift or Ctrl while the pair moves; the guest lets go of them. */
class ModifiersThroughMovesTest {
  private static final String PASSWORD = "secret";
  private static final int SHIFT = 0xffe1;
  private static final int CTRL = 0xffe3;

  private final ReadInput input = new ReadInput();
  private DemoRoom room;
  private Viewer viewer;

  @BeforeEach
  void open() throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
                .small()
                .withMigration(
                    PatientMigration.SETTINGS
                        .withDrain(Duration.ofMillis(1))
                        .withVerify(Duration.ofMillis(500))),
            new MemoryJournal(),
            input);
    viewer = new Viewer(room.address(), PASSWORD);
  }

  @AfterEach
  void close() {
    viewer.close();
    room.close();
    assertThat(room.machineRoom().invariantViolations()).isEmpty();
  }

  private void awaitText(String text) {
    await().untilAsserted(() -> assertThat(input.text()).isEqualTo(text));
  }

  private void assertExact(int pressedAgain) throws InterruptedException {
    InputAudit audit = room.audit(Duration.ofSeconds(5));
    assertThat(audit.isExact()).as("%s", audit).isTrue();
    assertThat(audit.pressedAgain()).isEqualTo(pressedAgain);
  }

  @Test
  void shiftThatIsHeldAcrossAMoveMakesCapitalsAfterwardsToo() throws Exception {
    viewer.press(SHIFT);
    viewer.type("A");
    awaitText("A");
    MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
    viewer.type("B");
    viewer.release(SHIFT);
    viewer.type("c");
    awaitText("ABc");
    await().until(input::isAllUp);
    assertThat(input.events())
        .containsExactly("+42", "+30", "-30", "letGo 42", "+42", "+48", "-48", "-42", "+46", "-46");
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.accepted()).isEqualTo(3);
    assertThat(receipt.held()).isZero();
    assertExact(1);
  }

  @Test
  void lettersThatAreTypedDuringTheMoveAreWhatTheyWereMeantToBe() throws Exception {
    viewer.press(SHIFT);
    viewer.type("A");
    awaitText("A");
    MigrationReceipt receipt =
        room.migrate(
            at(
                MigrationStep.MOVE_DOMR,
                () -> {
                  viewer.type("B");
                  viewer.release(SHIFT);
                  viewer.type("c");
                  viewer.press(SHIFT);
                  viewer.type("D");
                }));
    viewer.release(SHIFT);
    viewer.type("e");
    awaitText("ABcDe");
    await().until(input::isAllUp);
    assertThat(receipt.isExact()).isTrue();
    assertThat(receipt.complete()).isTrue();
    assertThat(receipt.accepted()).isEqualTo(receipt.consumedBefore() + receipt.held());
    assertExact(1);
  }

  /** Presses and letters stand in the ring of a guest that takes nothing, through three moves. */
  @Test
  void whatAGuestThatSleepsThroughSeveralMovesReadsAtLastIsWhatWasTyped() throws Exception {
    viewer.press(SHIFT);
    viewer.press(CTRL);
    viewer.type("A");
    awaitText("^A");
    room.guest().query(() -> stall(true));
    for (String letter : new String[] {"B", "C", "D"}) {
      viewer.type(letter);
      MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
      assertThat(receipt.isExact()).isTrue();
      assertThat(receipt.complete()).isFalse();
    }
    viewer.release(CTRL);
    viewer.type("E");
    viewer.release(SHIFT);
    viewer.type("f");
    room.guest().query(() -> stall(false));
    awaitText("^A^B^C^DEf");
    await().until(input::isAllUp);
    assertExact(2);
    assertThat(room.migrate(MigrationListener.NONE).complete()).isTrue();
  }

  /** The guest is suspended at the end of its copying, and goes on where it was. */
  @ParameterizedTest
  @EnumSource(
      value = MigrationStep.class,
      names = {"HOLD", "DETACH", "MOVE_DOMR", "COMMIT"})
  void aMoveThatIsCalledOffAfterTheGuestWasSuspendedLeavesShiftDown(MigrationStep failing)
      throws Exception {
    viewer.press(SHIFT);
    viewer.type("A");
    awaitText("A");
    assertThatThrownBy(
            () ->
                room.migrate(
                    at(
                        failing,
                        () -> {
                          await().until(this::isSuspended);
                          throw new IllegalStateException("made to fail");
                        })))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("both VMs go on at host=alpha");
    viewer.type("B");
    viewer.release(SHIFT);
    viewer.type("c");
    awaitText("ABc");
    await().until(input::isAllUp);
    assertThat(input.events()).contains("letGo 42");
    InputAudit audit = room.audit(Duration.ofSeconds(5));
    assertThat(audit.isExact()).as("%s", audit).isTrue();
    assertThat(audit.pressedAgain()).isBetween(1L, 2L);
  }

  private boolean isSuspended() {
    return room.guest().domain().state() == DomainState.SUSPENDED;
  }

  private boolean stall(boolean stalled) {
    room.guest().keyboard().setStalled(stalled);
    return stalled;
  }

  private static MigrationListener at(MigrationStep when, Runnable action) {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        if (step == when) {
          action.run();
        }
      }
    };
  }
}
