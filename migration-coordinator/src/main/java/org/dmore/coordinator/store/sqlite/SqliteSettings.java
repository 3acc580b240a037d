package org.dmore.coordinator.store.sqlite;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the state is and what it may cost.
 *
 * @param file the file; beside it are two more, with {@code -wal} and {@code -shm} behind its name,
 *     which belong to it. Its folder must exist, on a file system of this host's own
 * @param busy how long to wait for another process that writes
 * @param look how often to look for what other processes have written: how late a watch may be
 * @param maxBytes how large the file may become
 * @param historyRevisions how many revisions a watch may be behind
 * @param historyBytes how many bytes of values a watch may be behind
 */
public record SqliteSettings(
    Path file,
    Duration busy,
    Duration look,
    long maxBytes,
    long historyRevisions,
    long historyBytes) {

  /** Waits 5 s, is 50 ms late, 1 GiB, remembers 10,000 revisions or 64 MiB. */
  public static SqliteSettings of(Path file) {
    return new SqliteSettings(
        file, Duration.ofSeconds(5), Duration.ofMillis(50), 1L << 30, 10_000, 64L << 20);
  }

  /** The same with another size. */
  public SqliteSettings withMaxBytes(long bytes) {
    return new SqliteSettings(file, busy, look, bytes, historyRevisions, historyBytes);
  }

  /** The same with another memory. */
  public SqliteSettings withHistory(long revisions, long bytes) {
    return new SqliteSettings(file, busy, look, maxBytes, revisions, bytes);
  }

  /** The same with another patience. */
  public SqliteSettings withBusy(Duration time) {
    return new SqliteSettings(file, time, look, maxBytes, historyRevisions, historyBytes);
  }
}
