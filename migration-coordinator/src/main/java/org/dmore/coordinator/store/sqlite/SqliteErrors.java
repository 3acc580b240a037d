package org.dmore.coordinator.store.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.sqlite.SQLiteErrorCode;

/** What SQLite's errors mean for the store, and what the operator can do. */
final class SqliteErrors {
  /** A code's kind is in its low byte; the others say more (sqlite.org/rescode.html). */
  private static final int PRIMARY = 0xff;

  private final Path file;

  SqliteErrors(Path file) {
    this.file = file;
  }

  /** An error before anything was committed. */
  StoreException of(SQLException e) {
    return switch (kind(e)) {
      case SQLITE_BUSY, SQLITE_LOCKED ->
          unavailable("is busy: another process has been writing to it all the time; try again", e);
      case SQLITE_FULL ->
          unavailable(
              "has no room: the disk is full, or the file as large as it may be; nothing was written,"
                  + " make room and try again",
              e);
      case SQLITE_IOERR -> unavailable("cannot be read or written: look at its disk", e);
      case SQLITE_NOTADB, SQLITE_CORRUPT ->
          refused("is damaged, or no state at all: put it aside, with its -wal, and use a copy", e);
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
          refused("cannot be written: look at its owner, its mode and its file system", e);
      case SQLITE_CANTOPEN -> refused("cannot be opened: its folder must exist and be writable", e);
      default -> refused("refuses", e);
    };
  }

  /** An error while a transaction was being committed. */
  StoreException ofCommit(SQLException e) {
    // What was written may be found whole in the -wal after a crash, though it was rolled back
    // here.
    return kind(e) == SQLiteErrorCode.SQLITE_IOERR
        ? new OutcomeUnknownException(
            message("was not written for certain: look at its disk, and read again", e), e)
        : of(e);
  }

  boolean isBusy(SQLException e) {
    return kind(e) == SQLiteErrorCode.SQLITE_BUSY || kind(e) == SQLiteErrorCode.SQLITE_LOCKED;
  }

  StoreRefusedException refused(String what) {
    return new StoreRefusedException("state=" + file + " " + what);
  }

  private StoreUnavailableException unavailable(String what, SQLException e) {
    return new StoreUnavailableException(message(what, e), e);
  }

  private StoreRefusedException refused(String what, SQLException e) {
    return new StoreRefusedException(message(what, e), e);
  }

  private String message(String what, SQLException e) {
    return "state=%s %s (%s)".formatted(file, what, e.getMessage());
  }

  private static SQLiteErrorCode kind(SQLException e) {
    return SQLiteErrorCode.getErrorCode(e.getErrorCode() & PRIMARY);
  }
}
