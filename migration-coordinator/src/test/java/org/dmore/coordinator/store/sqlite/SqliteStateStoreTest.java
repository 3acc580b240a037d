package org.dmore.coordinator.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.RecordingListener;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** What SQLite's store does beyond the contract. */
class SqliteStateStoreTest {
  private static final String BLOCK = "x".repeat(64 * 1024);

  @TempDir private Path folder;

  private SqliteSettings settings() {
    return SqliteSettings.of(folder.resolve("state.db"));
  }

  private static boolean put(StateStore store, String key, String value) throws StoreException {
    return store.commit(Transaction.builder().put(key, value).build()).isCommitted();
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + settings().file());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void theNextProcessFindsEverythingAndGoesOnCounting() throws Exception {
    CommitResult first;
    try (StateStore store = SqliteStateStore.open(settings())) {
      first = store.commit(Transaction.builder().put("/t/a", "1").build());
    }
    try (StateStore store = SqliteStateStore.open(settings())) {
      assertThat(store.get("/t/a").orElseThrow().value()).isEqualTo("1");
      long revision = ((CommitResult.Committed) first).revision();
      assertThat(store.commit(Transaction.builder().put("/t/a", "2").build()))
          .isEqualTo(new CommitResult.Committed(revision + 1));
      RecordingListener listener = new RecordingListener();
      store.watch("/t/", revision, listener);
      await().untilAsserted(() -> assertThat(listener.words()).hasSize(2));
      assertThat(listener.words()).containsExactly("/t/a=1", "/t/a=2");
    }
  }

  @Test
  void othersMayNotReadIt() throws Exception {
    try (StateStore store = SqliteStateStore.open(settings())) {
      put(store, "/t/a", "1");
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> all = files.toList();
        assertThat(all).hasSize(3);
        for (Path file : all) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as("%s", file)
              .isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void processesShareItAndAKilledOneTakesNothingAlong() throws Exception {
    // Nothing but these: neither store needs the other's libraries.
    String classPath =
        Stream.of(
                SqliteStateStore.class,
                IncrementMain.class,
                JDBC.class,
                org.slf4j.Logger.class,
                ch.qos.logback.classic.Logger.class,
                ch.qos.logback.core.Appender.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    try (StateStore store = SqliteStateStore.open(settings())) {
      put(store, "/t/n", "0");
      RecordingListener listener = new RecordingListener();
      store.watch("/t/", store.list("/t/").revision() + 1, listener);
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath,
                  IncrementMain.class.getName(),
                  settings().file().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      int said = 0;
      int own = 0;
      try (BufferedReader lines = other.inputReader(StandardCharsets.UTF_8)) {
        while (said < 40) {
          String line = lines.readLine();
          assertThat(line).as("the other process goes on").isNotNull();
          said++;
          own += increment(store);
        }
        other.toHandle().destroyForcibly(); // the process itself would close the pipe, too
        said += (int) lines.lines().count();
        assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
      int value = Integer.parseInt(store.get("/t/n").orElseThrow().value());
      assertThat(own).as("otherwise it was no contest").isPositive();
      // What it had committed, and not yet said, may be one more.
      assertThat(value - own).isBetween(said, said + 1);
      await().untilAsserted(() -> assertThat(listener.events()).hasSize(value));
      assertThat(listener.words().get(value - 1)).isEqualTo("/t/n=" + value);
      assertThat(put(store, "/t/n", "again")).isTrue();
    }
  }

  private static int increment(StateStore store) throws StoreException {
    StoreEntry entry = store.get("/t/n").orElseThrow();
    String next = Integer.toString(Integer.parseInt(entry.value()) + 1);
    Transaction transaction = Transaction.builder().whenUnchanged(entry).put("/t/n", next).build();
    return store.commit(transaction).isCommitted() ? 1 : 0;
  }

  @Test
  void leasesDieWithTheMachinesStart() throws Exception {
    AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    SqliteStateStore before = SqliteStateStore.open(settings(), clock::get, "first start");
    Lease lease = before.grantLease(Duration.ofHours(1), () -> {});
    before.commit(Transaction.builder().put("/t/bound", "1", lease).put("/t/free", "1").build());
    before.close();
    clock.set(5_000_000_000L); // the clock starts anew, too
    try (StateStore same = SqliteStateStore.open(settings(), clock::get, "first start")) {
      assertThat(same.get("/t/bound")).isPresent();
    }
    try (StateStore after = SqliteStateStore.open(settings(), clock::get, "second start")) {
      assertThat(after.list("/").entries()).extracting(StoreEntry::key).containsExactly("/t/free");
    }
  }

  @Test
  void aFullFileRefusesAndLosesNothing() throws Exception {
    int written;
    try (StateStore store = SqliteStateStore.open(settings().withMaxBytes(1 << 20))) {
      written = fill(store);
      assertThat(written).isBetween(2, 16);
      assertWhole(store, written);
      // Room is made by deleting, once what watches need is forgotten; here, by a larger limit.
    }
    try (StateStore store = SqliteStateStore.open(settings())) {
      assertWhole(store, written);
      assertThat(put(store, "/t/more", BLOCK)).isTrue();
    }
  }

  @Test
  void aFullDiskRefusesAndLosesNothing() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
        "a file system can only be mounted by root");
    try {
      SqliteSettings small = SqliteSettings.of(disk.resolve("state.db"));
      int written;
      try (StateStore store = SqliteStateStore.open(small)) {
        written = fill(store);
        assertWhole(store, written);
        assertThat(run("mount", "-o", "remount,size=16m", disk.toString())).isTrue();
        assertThat(put(store, "/t/" + written, BLOCK)).isTrue();
        written++;
      }
      try (StateStore store = SqliteStateStore.open(small)) {
        assertWhole(store, written);
      }
    } finally {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  /** Writes blocks until there is no room; how many were written. */
  private static int fill(StateStore store) throws StoreException {
    for (int i = 0; i < 1_000; i++) {
      try {
        put(store, "/t/" + i, BLOCK);
      } catch (StoreUnavailableException e) {
        assertThat(e).hasMessageContaining("state=").hasMessageContaining("no room");
        return i;
      }
    }
    throw new AssertionError("there is room for everything");
  }

  private static void assertWhole(StateStore store, int written) throws StoreException {
    assertThat(store.list("/t/").entries())
        .hasSize(written)
        .allMatch(entry -> entry.value().equals(BLOCK));
  }

  private static boolean run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Test
  void aNewerFileIsNotTouched() throws Exception {
    SqliteStateStore.open(settings()).close();
    sql("PRAGMA user_version = 7");
    byte[] before = Files.readAllBytes(settings().file());
    assertThatThrownBy(() -> SqliteStateStore.open(settings()))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining(settings().file().toString())
        .hasMessageContaining("schema=7")
        .hasMessageContaining("newer");
    assertThat(Files.readAllBytes(settings().file())).isEqualTo(before);
  }

  @Test
  void anothersDatabaseIsNotTouched() throws Exception {
    sql("CREATE TABLE accounts (name TEXT)");
    assertThatThrownBy(() -> SqliteStateStore.open(settings()))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("something else");
  }

  @Test
  void aDamagedFileIsNamedAndLeftAlone() throws Exception {
    try (StateStore store = SqliteStateStore.open(settings())) {
      for (int i = 0; i < 20; i++) {
        put(store, "/t/" + i, BLOCK);
      }
    }
    byte[] bytes = Files.readAllBytes(settings().file());
    byte[] noise = new byte[8 * 4096];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, bytes, 4096, noise.length); // the second page and those behind it
    Files.write(settings().file(), bytes);
    assertDamaged();
    assertThat(Files.readAllBytes(settings().file())).isEqualTo(bytes);
    Files.writeString(settings().file(), "no database at all, only text ".repeat(1_000));
    assertDamaged();
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> SqliteStateStore.open(settings()))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining(settings().file().toString())
        .hasMessageContaining("damaged");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    Path nowhere = folder.resolve("nowhere").resolve("state.db");
    assertThatThrownBy(() -> SqliteStateStore.open(SqliteSettings.of(nowhere)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining(nowhere.toString())
        .hasMessageContaining("folder");
    assertThatThrownBy(() -> SqliteStateStore.open(SqliteSettings.of(folder)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining(folder.toString());
    assertThatThrownBy(() -> SqliteStateStore.open(SqliteSettings.of(Path.of("/proc/state.db"))))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("/proc/state.db");
  }

  @Test
  void aFileThatIsBusyIsUnavailableForNow() throws Exception {
    try (StateStore store = SqliteStateStore.open(settings().withBusy(Duration.ofMillis(100)));
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + settings().file());
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> put(store, "/t/a", "1"))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("another process");
      assertThat(store.get("/t/a")).as("reading goes on").isEmpty();
      statement.execute("ROLLBACK");
      assertThat(put(store, "/t/a", "1")).isTrue();
    }
  }

  @Test
  void historyIsBoundedByItsBytes() throws Exception {
    try (StateStore store =
        SqliteStateStore.open(settings().withHistory(10_000, 10L * BLOCK.length()))) {
      for (int i = 0; i < 60; i++) {
        put(store, "/t/a", BLOCK);
      }
      long size = Files.size(settings().file());
      assertThat(size).isLessThan(30L * BLOCK.length());
      long last = store.list("/t/").revision();
      RecordingListener far = new RecordingListener();
      store.watch("/t/", last - 30, far);
      RecordingListener near = new RecordingListener();
      store.watch("/t/", last - 5, near);
      await().untilAsserted(() -> assertThat(far.losses()).hasSize(1));
      await().untilAsserted(() -> assertThat(near.revisions()).hasSize(6));
    }
  }

  @RepeatedTest(20)
  void manyThatOpenANewFileAtOnceAllSucceed() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    List<Thread> threads =
        Stream.generate(
                () ->
                    new Thread(
                        () -> {
                          try (StateStore store = SqliteStateStore.open(settings())) {
                            put(store, "/t/" + Thread.currentThread().getId(), "1");
                            opened.incrementAndGet();
                          } catch (StoreException e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .limit(4)
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(opened).hasValue(4);
    try (StateStore store = SqliteStateStore.open(settings())) {
      assertThat(store.list("/t/").entries()).hasSize(4);
    }
  }
}
