package org.dmore.coordinator.store.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.sqlite.JDBC;

/**
 * One connection to the file, and transactions on it, one at a time. The file is made, and its
 * tables, if they are not there. Thread-safe.
 */
final class SqliteFile implements AutoCloseable {
  /** Marks the file as ours: "dmor". */
  private static final int APPLICATION = 0x646d6f72;

  /** The tables' version: greater ones are not touched. */
  private static final int SCHEMA = 1;

  private static final int PAGE = 4096;

  /** What is done within a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException, StoreException;
  }

  private final SqliteErrors errors;
  private final Connection connection;

  private SqliteFile(SqliteErrors errors, Connection connection) {
    this.errors = errors;
    this.connection = connection;
  }

  /**
   * Opens the file, and makes what is not there.
   *
   * @throws StoreRefusedException if it is damaged, of another kind, newer or not to be written
   */
  static SqliteFile open(SqliteSettings settings) throws StoreException {
    makeReadableForUsAlone(settings.file(), new SqliteErrors(settings.file()));
    return connect(
        settings,
        file -> {
          // All of one moment: another process may be making the tables just now.
          file.inTransaction("BEGIN", any -> file.checkKind());
          file.configure(settings);
          file.checkWhole();
          file.inTransaction("BEGIN IMMEDIATE", file::makeTables);
        });
  }

  /** Opens a file that {@link #open} has opened before, for another thread to use meanwhile. */
  static SqliteFile openAgain(SqliteSettings settings) throws StoreException {
    return connect(settings, file -> file.configure(settings));
  }

  @FunctionalInterface
  private interface Preparation {
    void prepare(SqliteFile file) throws SQLException, StoreException;
  }

  private static SqliteFile connect(SqliteSettings settings, Preparation preparation)
      throws StoreException {
    SqliteErrors errors = new SqliteErrors(settings.file());
    try {
      SqliteFile file =
          new SqliteFile(
              errors,
              JDBC.createConnection(
                  JDBC.PREFIX + settings.file().toAbsolutePath(), new Properties()));
      boolean done = false;
      try {
        execute(file.connection, "PRAGMA busy_timeout=" + settings.busy().toMillis());
        preparation.prepare(file);
        done = true;
        return file;
      } finally {
        if (!done) {
          file.close();
        }
      }
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  /** Does something that writes, alone among all processes, and commits it. */
  <T> T write(Work<T> work) throws StoreException {
    return inTransaction("BEGIN IMMEDIATE", work);
  }

  /** Does something that reads, all of one moment. */
  <T> T read(Work<T> work) throws StoreException {
    return inTransaction("BEGIN", work);
  }

  @Override
  public synchronized void close() {
    closeQuietly(connection);
  }

  private synchronized <T> T inTransaction(String begin, Work<T> work) throws StoreException {
    boolean open = false;
    boolean committing = false;
    try {
      if (connection.isClosed()) {
        throw new IllegalStateException("the state's file is closed");
      }
      execute(connection, begin);
      open = true;
      T result = work.run(connection);
      committing = true;
      execute(connection, "COMMIT");
      open = false;
      return result;
    } catch (SQLException e) {
      throw committing ? errors.ofCommit(e) : errors.of(e);
    } finally {
      if (open) {
        rollBack();
      }
    }
  }

  private void rollBack() {
    try {
      execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      // SQLite itself rolls back after some errors, and then refuses this.
    }
  }

  private void configure(SqliteSettings settings) throws SQLException, StoreException {
    enterWal(settings);
    execute(connection, "PRAGMA synchronous=FULL");
    execute(connection, "PRAGMA max_page_count=" + Math.max(1, settings.maxBytes() / PAGE));
  }

  private void checkWhole() throws SQLException, StoreException {
    String found = text("PRAGMA quick_check(1)");
    if (!found.equals("ok")) {
      throw errors.refused(
          "is damaged: put it aside, with its -wal, and use a copy (" + found + ")");
    }
  }

  private Void checkKind() throws SQLException, StoreException {
    long application = number("PRAGMA application_id");
    long tables = number("SELECT count(*) FROM sqlite_schema");
    long schema = number("PRAGMA user_version");
    if (application != APPLICATION && (application != 0 || tables != 0)) {
      throw errors.refused("is a database of something else: name another file");
    }
    if (schema > SCHEMA) {
      throw errors.refused(
          "was written by a newer dmore (schema=%d, this one knows %d): use that one"
              .formatted(schema, SCHEMA));
    }
    return null;
  }

  /**
   * Two that open a new file at once cannot both change its mode, and SQLite does not wait there.
   */
  private void enterWal(SqliteSettings settings) throws SQLException, StoreException {
    long deadline = System.nanoTime() + settings.busy().toNanos();
    while (true) {
      try {
        String mode = text("PRAGMA journal_mode=WAL");
        if (!mode.equals("wal")) {
          throw errors.refused(
              "is on a file system that several processes cannot share (journal_mode="
                  + mode
                  + ")");
        }
        return;
      } catch (SQLException e) {
        if (!errors.isBusy(e) || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  private Void makeTables(Connection c) throws SQLException, StoreException {
    Void unused = checkKind(); // another process may have been here since
    if (number("PRAGMA user_version") == 0) {
      execute(c, "PRAGMA application_id=" + APPLICATION);
      execute(c, "PRAGMA user_version=" + SCHEMA);
      SqliteTables.make(c);
    }
    return null;
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The state is nobody else's business; -wal and -shm get the file's mode from SQLite. */
  private static void makeReadableForUsAlone(Path file, SqliteErrors errors) throws StoreException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file)) {
        throw errors.refused("is not a file");
      }
    } catch (IOException e) {
      throw new StoreRefusedException(
          "state=%s cannot be made: its folder must exist and be writable (%s)".formatted(file, e),
          e);
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is left in it: every transaction has ended.
    }
  }
}
