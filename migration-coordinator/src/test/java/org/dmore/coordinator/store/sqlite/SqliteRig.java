package org.dmore.coordinator.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.StoreRig;

/** A state file in a folder of its own. */
public final class SqliteRig implements StoreRig {
  private final Path folder;
  private final SqliteSettings settings;
  private final List<StateStore> stores = new ArrayList<>();
  private Connection intruder;

  public SqliteRig() throws IOException {
    folder = Files.createTempDirectory("dmore-state");
    settings = SqliteSettings.of(folder.resolve("state.db"));
  }

  @Override
  public StateStore open() throws StoreException {
    StateStore store = SqliteStateStore.open(settings);
    stores.add(store);
    return store;
  }

  /** By one that remembers a single revision, and writes another. */
  @Override
  public void forgetHistory() throws StoreException {
    try (StateStore forgetful = SqliteStateStore.open(settings.withHistory(1, 1 << 20))) {
      forgetful.commit(Transaction.builder().put("/forgotten", "").build());
    }
  }

  @Override
  public void restart() throws SQLException {
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  @Override
  public void endLease(long lease) throws SQLException {
    execute("DELETE FROM leases WHERE id = " + lease);
  }

  /** By another process that writes all the time. */
  @Override
  public void stall() throws SQLException {
    intruder = connect();
    try (Statement statement = intruder.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
    }
  }

  @Override
  public void resume() throws SQLException {
    intruder.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout=5000");
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    stores.forEach(StateStore::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + settings.file());
  }
}
