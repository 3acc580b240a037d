package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A leader whose role was taken by another: it stops dead, and what is to be done is the other's.
 */
class DeposedLeaderTest {
  private static final String PASSWORD = "secret";
  private final RecordedInput input = new RecordedInput();
  private final LosableJournal journal = new LosableJournal();
  private DemoRoom room;
  private Viewer viewer;

  /** A journal whose writer can lose the right to write. */
  private static final class LosableJournal implements MigrationJournal {
    private final MemoryJournal journal = new MemoryJournal();
    private volatile boolean lost;

    @Override
    public void append(Entry entry) throws IOException {
      if (lost) {
        throw new DeposedException("another leads");
      }
      journal.append(entry);
    }

    @Override
    public List<Entry> entries() {
      return journal.entries();
    }

    @Override
    public boolean mayAct() {
      return !lost;
    }
  }

  @BeforeEach
  void open() throws Exception {
    DemoSettings settings =
        DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD))
            .small()
            .withMigration(PatientMigration.SETTINGS);
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
      names = {
        "HOLD",
        "DETACH",
        "MOVE_DOMR",
        "LAND_DOMU",
        "RECEIPT",
        "DEVICES",
        "RESUME",
        "ATTACH"
      })
  void aLeaderThatIsDeposedDoesNothingMoreAndUndoesNothing(MigrationStep when) throws Exception {
    assertThatThrownBy(
            () ->
                room.migrate(
                    new MigrationListener() {
                      @Override
                      public void beginning(MigrationStep step) {
                        viewer.type('a');
                        journal.lost = step == when;
                      }
                    }))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessageContaining("no longer led from here");
    List<MigrationJournal.Entry> written = journal.entries();
    assertThat(written.get(written.size() - 1).mark()).isEqualTo(MigrationJournal.Mark.BEGIN);
    assertThat(written.get(written.size() - 1).step()).isEqualTo(when);
    boolean committed = when.isCommitted();
    journal.lost = false;
    Optional<RecoveredMove> recovered = room.restartHostd(MigrationListener.NONE);
    assertThat(recovered.map(RecoveredMove::host)).contains(committed ? "beta" : "alpha");
    viewer.type('z');
    await().until(() -> input.events().contains("-44"));
    assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
    assertThat(viewer.isRunning()).isTrue();
  }
}
