package org.dmore.coordinator.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.pair.MigrationJournal.Entry;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.FaultyStore;
import org.dmore.coordinator.store.contract.FaultyStore.Fault;
import org.dmore.coordinator.store.sqlite.SqliteSettings;
import org.dmore.coordinator.store.sqlite.SqliteStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreJournalTest {
  private static final String ID = "06c8k3v1ab0000000000";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private FaultyStore store;
  private Leadership leader;
  private StoreJournal journal;

  @BeforeEach
  void open() throws StoreException {
    store = new FaultyStore(SqliteStateStore.open(SqliteSettings.of(folder.resolve("state.db"))));
    leader = lead("alpha");
    journal = StoreJournal.open(store, leader, ID, PATIENCE);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Leadership lead(String host) throws StoreException {
    return Leadership.tryToLead(store, "migration/" + ID, host, Duration.ofSeconds(30), () -> {})
        .orElseThrow();
  }

  private static Entry entry(MigrationStep step, Mark mark) {
    return new Entry(
        Instant.parse("2026-11-21T10:00:00Z"),
        "7",
        "u+r",
        "alpha",
        "beta",
        step,
        mark,
        "a \"b\"\nc",
        Map.of("in-cons", "7"));
  }

  @Test
  void theNextLeaderReadsWhatTheFirstWroteAndGoesOn() throws IOException {
    List<Entry> all = new ArrayList<>();
    for (MigrationStep step : MigrationStep.values()) {
      all.add(entry(step, Mark.BEGIN));
      journal.append(entry(step, Mark.BEGIN));
    }
    assertThat(all).hasSizeGreaterThan(10);
    leader.close();
    StoreJournal next = StoreJournal.open(store, lead("beta"), ID, PATIENCE);
    assertThat(next.entries()).containsExactlyElementsOf(all);
    all.add(entry(MigrationStep.VERIFY, Mark.FAILED));
    next.append(entry(MigrationStep.VERIFY, Mark.FAILED));
    assertThat(StoreJournal.read(store, ID)).containsExactlyElementsOf(all);
    assertThat(StoreJournal.read(store, "another")).isEmpty();
  }

  @Test
  void aDeposedLeaderWritesNothing() throws IOException {
    journal.append(entry(MigrationStep.HOLD, Mark.BEGIN));
    // It does not know yet: it was stopped, and its time is not over by its own clock.
    store.commit(Transaction.builder().delete(leader.fence().key()).build());
    assertThat(leader.isHeld()).isTrue();
    StoreJournal next = StoreJournal.open(store, lead("beta"), ID, PATIENCE);
    assertThatThrownBy(() -> journal.append(entry(MigrationStep.COMMIT, Mark.BEGIN)))
        .isInstanceOf(DeposedException.class)
        .hasMessageContaining("beta");
    next.append(entry(MigrationStep.HOLD, Mark.UNDONE));
    assertThatThrownBy(() -> journal.append(entry(MigrationStep.COMMIT, Mark.BEGIN)))
        .isInstanceOf(DeposedException.class);
    assertThat(next.entries())
        .containsExactly(
            entry(MigrationStep.HOLD, Mark.BEGIN), entry(MigrationStep.HOLD, Mark.UNDONE));
  }

  @Test
  void anEntryWhoseAnswerIsLostIsThereOnce() throws IOException {
    store.faults.addAll(List.of(Fault.NOT_SENT, Fault.REQUEST_LOST, Fault.ANSWER_LOST));
    journal.append(entry(MigrationStep.HOLD, Mark.BEGIN));
    journal.append(entry(MigrationStep.HOLD, Mark.DONE));
    store.faults.add(Fault.ANSWER_LOST);
    journal.append(entry(MigrationStep.DETACH, Mark.BEGIN));
    assertThat(journal.entries())
        .containsExactly(
            entry(MigrationStep.HOLD, Mark.BEGIN),
            entry(MigrationStep.HOLD, Mark.DONE),
            entry(MigrationStep.DETACH, Mark.BEGIN));
  }

  @Test
  void whatIsWrittenAfterALostAnswerFollowsWhatMayBeThere() throws IOException {
    StoreJournal hasty = StoreJournal.open(store, leader, ID, Duration.ZERO);
    store.faults.add(Fault.ANSWER_LOST);
    assertThatThrownBy(() -> hasty.append(entry(MigrationStep.HOLD, Mark.BEGIN)))
        .isInstanceOf(OutcomeUnknownException.class);
    hasty.append(entry(MigrationStep.HOLD, Mark.FAILED));
    store.faults.add(Fault.REQUEST_LOST);
    assertThatThrownBy(() -> hasty.append(entry(MigrationStep.DETACH, Mark.BEGIN)))
        .isInstanceOf(OutcomeUnknownException.class);
    hasty.append(entry(MigrationStep.DETACH, Mark.FAILED));
    assertThat(hasty.entries())
        .containsExactly(
            entry(MigrationStep.HOLD, Mark.BEGIN),
            entry(MigrationStep.HOLD, Mark.FAILED),
            entry(MigrationStep.DETACH, Mark.FAILED));
  }

  @Test
  void nothingIsWrittenOverAnothersEntry() throws IOException {
    store.commit(Transaction.builder().put(StoreJournal.prefixOf(ID) + "000000", "x").build());
    assertThatThrownBy(() -> journal.append(entry(MigrationStep.HOLD, Mark.BEGIN)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("000000");
    assertThatThrownBy(journal::entries)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("000000");
  }
}
