package org.dmore.coordinator.store.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.dmore.coordinator.pair.MigrationJournal.Entry;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.StoreJournal;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.sqlite.SqliteSettings;
import org.dmore.coordinator.store.sqlite.SqliteStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir private Path folder;

  private StateStore store;
  private Inventory inventory;

  @BeforeEach
  void open() throws StoreException {
    store = SqliteStateStore.open(SqliteSettings.of(folder.resolve("state.db")));
    inventory = new Inventory(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aHostIsPresentAsLongAsItSaysSoAndOnce() throws Exception {
    Leadership alpha = inventory.announce("alpha", LONG, () -> {}).orElseThrow();
    Leadership odd = inventory.announce("rack 7/ü", LONG, () -> {}).orElseThrow();
    assertThat(inventory.announce("alpha", LONG, () -> {})).isEmpty();
    assertThat(inventory.presentHosts()).containsExactly("alpha", "rack 7/ü");
    alpha.close();
    assertThat(inventory.presentHosts()).containsExactly("rack 7/ü");
    odd.close();
    assertThat(inventory.announce("alpha", LONG, () -> {})).isPresent();
  }

  @Test
  void aMigrationIsForgottenWithItsJournalOnceItHasEnded() throws Exception {
    for (String id : new String[] {"id1", "id10"}) {
      inventory.migrations().create(MigrationRecord.begun(id, "web1", "alpha", "beta", NOW));
      try (Leadership leader = inventory.leadMigration(id, "alpha", LONG, () -> {}).orElseThrow()) {
        StoreJournal.open(store, leader, id, LONG)
            .append(
                new Entry(
                    NOW,
                    "1",
                    "u+r",
                    "alpha",
                    "beta",
                    MigrationStep.CHECK,
                    Mark.BEGIN,
                    "",
                    Map.of()));
      }
    }
    assertThat(inventory.forgetMigration("id1")).as("it is under way").isFalse();
    assertThat(inventory.forgetMigration("id2")).as("there is none").isFalse();
    inventory
        .migrations()
        .update("id1", r -> r.ended(MigrationRecord.State.DONE, NOW, "as the test wants it"));
    assertThat(inventory.forgetMigration("id1")).isTrue();
    assertThat(inventory.migrations().all())
        .extracting(MigrationRecord::id)
        .containsExactly("id10");
    assertThat(StoreJournal.read(store, "id1")).isEmpty();
    assertThat(StoreJournal.read(store, "id10")).hasSize(1);
  }
}
