package org.dmore.coordinator.store.sqlite;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreEvent;

/**
 * The tables and every statement on them, within the transaction that a connection is in.
 *
 * <p>{@code entries} is what is there. {@code history} is what has changed, for watches, as far
 * back as is kept; each row also counts the bytes of all rows up to it, so that one look tells
 * which are too old. {@code leases} end at a time of the machine's clock since its start, and with
 * the start itself. {@code revision} has one row.
 */
final class SqliteTables {
  private static final String[] TABLES = {
    """
    CREATE TABLE revision (
      row INTEGER PRIMARY KEY CHECK (row = 1),
      current INTEGER NOT NULL,     -- the last revision
      forgotten INTEGER NOT NULL    -- the last one that history has not, or not whole
    )
    """,
    // As etcd's: an empty store is at revision 1.
    "INSERT INTO revision VALUES (1, 1, 0)",
    """
    CREATE TABLE entries (
      key TEXT PRIMARY KEY,
      value BLOB NOT NULL,
      create_revision INTEGER NOT NULL,
      mod_revision INTEGER NOT NULL,
      version INTEGER NOT NULL,
      lease INTEGER                 -- null: none
    )
    """,
    "CREATE INDEX entries_by_lease ON entries (lease) WHERE lease IS NOT NULL",
    """
    CREATE TABLE history (
      number INTEGER PRIMARY KEY,
      revision INTEGER NOT NULL,
      key TEXT NOT NULL,
      value BLOB,                   -- null, as are the next three: it was deleted
      create_revision INTEGER,
      version INTEGER,
      lease INTEGER,
      bytes INTEGER NOT NULL        -- of this row and all before it, from the beginning of time
    )
    """,
    "CREATE INDEX history_by_revision ON history (revision)",
    "CREATE INDEX history_by_bytes ON history (bytes)",
    """
    CREATE TABLE leases (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      ttl INTEGER NOT NULL,         -- nanoseconds
      boot TEXT NOT NULL,           -- the machine's start that it belongs to
      ends INTEGER NOT NULL         -- nanoseconds since then
    )
    """
  };

  private static final String ENTRY =
      "SELECT key, value, create_revision, mod_revision, version, lease FROM entries ";

  /** What a row costs besides its value, about. */
  private static final int ROW_BYTES = 200;

  private final Connection connection;

  SqliteTables(Connection connection) {
    this.connection = connection;
  }

  static void make(Connection connection) throws SQLException {
    for (String sql : TABLES) {
      SqliteFile.execute(connection, sql);
    }
  }

  long currentRevision() throws SQLException {
    return number("SELECT current FROM revision");
  }

  long forgottenRevision() throws SQLException {
    return number("SELECT forgotten FROM revision");
  }

  void setCurrentRevision(long revision) throws SQLException {
    update("UPDATE revision SET current = ?", revision);
  }

  Optional<StoreEntry> entry(String key) throws SQLException {
    return entries(ENTRY + "WHERE key = ?", key).stream().findFirst();
  }

  List<StoreEntry> entriesBelow(String prefix) throws SQLException {
    return entries(ENTRY + "WHERE key >= ? AND key < ? ORDER BY key", prefix, Keys.endOf(prefix));
  }

  List<StoreEntry> entriesOf(long lease) throws SQLException {
    return entries(ENTRY + "WHERE lease = ? ORDER BY key", lease);
  }

  void write(StoreEntry entry) throws SQLException {
    byte[] value = entry.value().getBytes(StandardCharsets.UTF_8);
    Object lease = entry.lease().isPresent() ? entry.lease().getAsLong() : null;
    update(
        "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?)",
        entry.key(),
        value,
        entry.createRevision(),
        entry.modRevision(),
        entry.version(),
        lease);
    update(
        "INSERT INTO history VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
        entry.modRevision(),
        entry.key(),
        value,
        entry.createRevision(),
        entry.version(),
        lease,
        historyBytes() + ROW_BYTES + value.length);
  }

  void delete(String key, long revision) throws SQLException {
    update("DELETE FROM entries WHERE key = ?", key);
    update(
        "INSERT INTO history VALUES (NULL, ?, ?, NULL, NULL, NULL, NULL, ?)",
        revision,
        key,
        historyBytes() + ROW_BYTES);
  }

  /** Forgets what no watch may be behind any more. */
  void trimHistory(long revisions, long bytes) throws SQLException {
    long tooOld = currentRevision() - revisions;
    long tooMuch =
        number(
            "SELECT coalesce(max(revision), 0) FROM history WHERE bytes <= ?",
            historyBytes() - bytes);
    long forgotten = Math.max(tooOld, tooMuch);
    if (forgotten > forgottenRevision()) {
      update("DELETE FROM history WHERE revision <= ?", forgotten);
      update("UPDATE revision SET forgotten = ?", forgotten);
    }
  }

  /** The first changes below a prefix from a revision on: whole revisions, a limited number. */
  List<StoreEvent> changes(String prefix, long fromRevision, int revisions) throws SQLException {
    String end = Keys.endOf(prefix);
    long last =
        number(
            "SELECT coalesce(max(revision), 0) FROM (SELECT DISTINCT revision FROM history"
                + " WHERE revision >= ? AND key >= ? AND key < ? ORDER BY revision LIMIT ?)",
            fromRevision,
            prefix,
            end,
            revisions);
    if (last == 0) {
      return List.of();
    }
    List<StoreEvent> events = new ArrayList<>();
    try (PreparedStatement select =
            prepare(
                "SELECT key, value, create_revision, revision, version, lease FROM history"
                    + " WHERE revision BETWEEN ? AND ? AND key >= ? AND key < ? ORDER BY number",
                fromRevision,
                last,
                prefix,
                end);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        events.add(
            row.getObject(5) == null
                ? new StoreEvent.Deleted(row.getString(1), row.getLong(4))
                : new StoreEvent.Written(entryOf(row)));
      }
    }
    return events;
  }

  long makeLease(long ttl, String boot, long ends) throws SQLException {
    update("INSERT INTO leases (ttl, boot, ends) VALUES (?, ?, ?)", ttl, boot, ends);
    return number("SELECT last_insert_rowid()");
  }

  boolean hasLease(long id) throws SQLException {
    return number("SELECT count(*) FROM leases WHERE id = ?", id) > 0;
  }

  boolean renewLease(long id, long now) throws SQLException {
    return update("UPDATE leases SET ends = ? + ttl WHERE id = ?", now, id) > 0;
  }

  void deleteLease(long id) throws SQLException {
    update("DELETE FROM leases WHERE id = ?", id);
  }

  /** The leases that have ended, in the order in which they were made. */
  List<Long> endedLeases(String boot, long now) throws SQLException {
    List<Long> ended = new ArrayList<>();
    try (PreparedStatement select =
            prepare("SELECT id FROM leases WHERE boot <> ? OR ends <= ? ORDER BY id", boot, now);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ended.add(row.getLong(1));
      }
    }
    return ended;
  }

  private long historyBytes() throws SQLException {
    return number("SELECT coalesce((SELECT bytes FROM history ORDER BY number DESC LIMIT 1), 0)");
  }

  private List<StoreEntry> entries(String sql, Object... arguments) throws SQLException {
    List<StoreEntry> entries = new ArrayList<>();
    try (PreparedStatement select = prepare(sql, arguments);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        entries.add(entryOf(row));
      }
    }
    return entries;
  }

  private static StoreEntry entryOf(ResultSet row) throws SQLException {
    byte[] value = row.getBytes(2);
    long leaseOrZero = row.getLong(6);
    OptionalLong lease = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(leaseOrZero);
    return new StoreEntry(
        row.getString(1),
        value == null ? "" : new String(value, StandardCharsets.UTF_8), // the driver's empty blob
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        lease);
  }

  private long number(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement select = prepare(sql, arguments);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private int update(String sql, Object... arguments) throws SQLException {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }
}
