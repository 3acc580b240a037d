package org.dmore.coordinator.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StateStore;
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

class RepositoryTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.5Z");

  @TempDir private Path folder;

  private FaultyStore store;
  private Inventory inventory;

  @BeforeEach
  void open() throws StoreException {
    store = new FaultyStore(SqliteStateStore.open(SqliteSettings.of(folder.resolve("state.db"))));
    inventory = new Inventory(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static HostRecord host(String name) {
    return new HostRecord(
        name,
        "https://" + name + ":8443",
        64L << 30,
        100,
        Map.of("rack", "7"),
        HostRecord.State.ACTIVE,
        32L << 30,
        NOW);
  }

  private static DrainRecord drain(String host) {
    return new DrainRecord(host, DrainRecord.State.RUNNING, 2, NOW, Map.of());
  }

  private static MigrationReceipt receipt() {
    return new MigrationReceipt(
        "7",
        "alpha",
        "beta",
        100,
        60,
        40,
        40,
        0,
        0,
        true,
        Duration.ofMillis(310),
        Duration.ofMillis(45),
        Duration.ofMillis(120),
        Duration.ofMillis(3),
        false);
  }

  private void write(String key, String value) throws StoreException {
    assertThat(store.commit(Transaction.builder().put(key, value).build()).isCommitted()).isTrue();
  }

  private String text(String key) throws StoreException {
    return store.get(key).orElseThrow().value();
  }

  @Test
  void everyKindComesBackAsItWasWritten() throws Exception {
    HostRecord host = host("alpha").withState(HostRecord.State.DRAINING).seen(NOW.plusNanos(1), 5);
    PairRecord pair =
        new PairRecord(
            "web1",
            "web1",
            "web1-console",
            "alpha",
            "10.0.0.9:5900",
            Map.of("a", "b"),
            Map.of("c", "d"),
            List.of("db1"));
    MigrationRecord begun = MigrationRecord.begun("id1", "web1", "alpha", "beta", NOW);
    MigrationRecord done = begun.at(MigrationStep.VERIFY).done(NOW.plusSeconds(3), receipt());
    MigrationRecord failed =
        MigrationRecord.begun("id2", "web1", "alpha", "beta", NOW)
            .ended(MigrationRecord.State.CALLED_OFF, NOW.plusSeconds(9), "no room");
    DrainRecord drain =
        drain("alpha")
            .withResult(
                "web1", new DrainRecord.Result(DrainRecord.Outcome.MOVED, Optional.of("id1"), ""))
            .withState(DrainRecord.State.PAUSED);
    assertThat(inventory.hosts().create(host)).isTrue();
    assertThat(inventory.pairs().create(pair)).isTrue();
    assertThat(inventory.migrations().create(done)).isTrue();
    assertThat(inventory.migrations().create(failed)).isTrue();
    assertThat(inventory.drains().create(drain)).isTrue();
    assertThat(inventory.hosts().all()).containsExactly(host);
    assertThat(inventory.pairs().find("web1")).contains(pair);
    assertThat(inventory.migrations().all()).containsExactly(done, failed);
    assertThat(inventory.drains().find("alpha")).contains(drain);
    assertThat(inventory.hosts().find("beta")).isEmpty();
  }

  @Test
  void whatIsWrittenIsTheAgreedFormat() throws Exception {
    inventory.hosts().create(host("alpha"));
    assertThat(text("/dmore/hosts/alpha"))
        .isEqualTo(
            "{\"format\":1,\"name\":\"alpha\",\"api\":\"https://alpha:8443\","
                + "\"memoryBytes\":68719476736,\"maxVms\":100,\"labels\":{\"rack\":\"7\"},"
                + "\"state\":\"ACTIVE\",\"freeMemoryBytes\":34359738368,"
                + "\"lastSeen\":\"2026-11-21T10:00:00.500Z\"}");
    inventory
        .migrations()
        .create(MigrationRecord.begun("id1", "web1", "alpha", "beta", NOW).done(NOW, receipt()));
    assertThat(text("/dmore/migrations/id1"))
        .contains("\"state\":\"DONE\",\"step\":\"CHECK\",\"started\":\"2026-11-21T10:00:00.500Z\"")
        .contains("\"failure\":null")
        .contains("\"complete\":true,\"hold\":\"PT0.31S\",\"domUDowntime\":\"PT0.045S\"")
        .doesNotContain("exact");
  }

  @Test
  void fieldsOfANewerProgramAreIgnoredAndKept() throws Exception {
    write(
        "/dmore/hosts/alpha",
        "{\"format\":1,\"gpu\":{\"n\":2},\"name\":\"alpha\",\"api\":\"x\",\"maxVms\":3,"
            + "\"state\":\"ACTIVE\",\"lastSeen\":\"2026-11-21T10:00:00Z\"}");
    assertThat(inventory.hosts().find("alpha").orElseThrow())
        .satisfies(host -> assertThat(host.labels()).isEmpty())
        .satisfies(host -> assertThat(host.maxVms()).isEqualTo(3));
    inventory.hosts().update("alpha", host -> host.withState(HostRecord.State.DOWN));
    assertThat(text("/dmore/hosts/alpha"))
        .contains("\"gpu\":{\"n\":2}")
        .contains("\"state\":\"DOWN\"");
  }

  @Test
  void aNewerFormatIsLeftToTheNewerProgram() throws Exception {
    write("/dmore/hosts/alpha", "{\"format\":2,\"name\":\"alpha\"}");
    assertThatThrownBy(() -> inventory.hosts().find("alpha"))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("/dmore/hosts/alpha")
        .hasMessageContaining("format=2")
        .hasMessageContaining("newer");
  }

  @Test
  void whatCannotBeReadIsNamed() throws Exception {
    for (String text :
        List.of(
            "nonsense",
            "null",
            "",
            "[]",
            "{\"format\":1,\"name\":\"alpha\"}",
            "{\"format\":1,\"name\":\"alpha\",\"api\":\"x\",\"state\":\"MELTED\","
                + "\"lastSeen\":\"2026-11-21T10:00:00Z\"}")) {
      write("/dmore/hosts/alpha", text);
      assertThatThrownBy(() -> inventory.hosts().all())
          .as(text)
          .isInstanceOf(StoreRefusedException.class)
          .hasMessageContaining("key=/dmore/hosts/alpha");
      assertThatThrownBy(() -> inventory.hosts().update("alpha", host -> host))
          .as(text)
          .isInstanceOf(StoreRefusedException.class);
    }
  }

  @Test
  void aNameIsThereOnce() throws Exception {
    assertThat(inventory.hosts().create(host("alpha"))).isTrue();
    assertThat(inventory.hosts().create(host("alpha").withState(HostRecord.State.DOWN))).isFalse();
    assertThat(inventory.hosts().find("alpha")).contains(host("alpha"));
    assertThat(inventory.hosts().delete("alpha")).isTrue();
    assertThat(inventory.hosts().delete("alpha")).isFalse();
    assertThat(inventory.hosts().update("alpha", h -> h.withState(HostRecord.State.DOWN)))
        .isEmpty();
  }

  @Test
  void aNameMayBeAnything() throws Exception {
    assertThat(inventory.hosts().create(host("rack 7/ü"))).isTrue();
    assertThat(inventory.hosts().find("rack 7/ü")).contains(host("rack 7/ü"));
    assertThat(inventory.hosts().all()).containsExactly(host("rack 7/ü"));
  }

  @Test
  void updatesByManyAreAllThere() throws Exception {
    inventory.drains().create(drain("alpha"));
    int writers = 4;
    int each = 10;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String name = "vm-" + writer + "-";
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    String pair = name + i;
                    inventory.drains().update("alpha", drain -> moved(drain, pair));
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(inventory.drains().find("alpha").orElseThrow().results()).hasSize(writers * each);
  }

  private static DrainRecord moved(DrainRecord drain, String pair) {
    return drain.withResult(
        pair, new DrainRecord.Result(DrainRecord.Outcome.MOVED, Optional.empty(), ""));
  }

  @Test
  void anUpdateThatChangesNothingWritesNothing() throws Exception {
    inventory.hosts().create(host("alpha"));
    long revision = store.list("/").revision();
    assertThat(inventory.hosts().update("alpha", h -> h.withState(HostRecord.State.ACTIVE)))
        .contains(host("alpha"));
    assertThat(store.list("/").revision()).isEqualTo(revision);
    assertThatThrownBy(() -> inventory.hosts().update("alpha", h -> host("beta")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUpdateWhoseAnswerIsLostIsDoneOnce() throws Exception {
    inventory.hosts().create(host("alpha"));
    AtomicInteger calls = new AtomicInteger();
    store.faults.addAll(List.of(Fault.REQUEST_LOST, Fault.ANSWER_LOST));
    Optional<HostRecord> updated =
        inventory
            .hosts()
            .update(
                "alpha",
                h -> {
                  calls.incrementAndGet();
                  return h.seen(NOW, h.freeMemoryBytes() - 1);
                });
    assertThat(updated).contains(host("alpha").seen(NOW, host("alpha").freeMemoryBytes() - 1));
    assertThat(inventory.hosts().find("alpha")).isEqualTo(updated);
    assertThat(store.get("/dmore/hosts/alpha").orElseThrow().version()).isEqualTo(2);
    assertThat(calls).hasValue(2);
  }

  @Test
  void answersThatAreLostOnAndOnEndTheUpdate() throws Exception {
    inventory.hosts().create(host("alpha"));
    AtomicInteger calls = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      store.faults.add(Fault.REQUEST_LOST);
    }
    assertThatThrownBy(
            () -> inventory.hosts().update("alpha", h -> h.seen(NOW, calls.incrementAndGet())))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(calls).hasValueLessThan(10);
  }

  @Test
  void whoHasLostItsRoleChangesNothing() throws Exception {
    StateStore direct = store;
    Leadership leader =
        inventory.leadMigration("id1", "alpha", Duration.ofSeconds(30), () -> {}).orElseThrow();
    Repository<MigrationRecord> fenced = inventory.migrations().under(leader);
    MigrationRecord record = MigrationRecord.begun("id1", "web1", "alpha", "beta", NOW);
    assertThat(fenced.create(record)).isTrue();
    assertThat(fenced.update("id1", r -> r.at(MigrationStep.HOLD))).isPresent();
    direct.commit(Transaction.builder().delete(leader.fence().key()).build());
    assertThatThrownBy(() -> fenced.update("id1", r -> r.at(MigrationStep.COMMIT)))
        .isInstanceOf(DeposedException.class);
    assertThatThrownBy(() -> fenced.delete("id1")).isInstanceOf(DeposedException.class);
    assertThat(inventory.migrations().find("id1")).contains(record.at(MigrationStep.HOLD));
  }
}
