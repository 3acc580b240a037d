package org.dmore.coordinator.store;

import java.time.Duration;
import java.util.Optional;

/**
 * A versioned key-value store that several processes share, in etcd's terms: every transaction that
 * changes something makes a new revision, and reads, conditions and watches speak of revisions.
 *
 * <p>Keys are paths as {@link Keys} defines them, values are text of at most {@link
 * #MAX_VALUE_BYTES}. What a call reads is the newest that any process has committed.
 *
 * <p>Thread-safe. A call waits no longer than the implementation's time limit; it is not cut short
 * by an interrupt, which stays pending. A call on a closed store is an {@link
 * IllegalStateException}.
 */
public interface StateStore extends AutoCloseable {
  /** The length of a value's UTF-8 form, in bytes, at most. */
  int MAX_VALUE_BYTES = 256 * 1024;

  /** The shortest time that a lease may have. */
  Duration MIN_TTL = Duration.ofSeconds(1);

  /** The longest time that a lease may have. */
  Duration MAX_TTL = Duration.ofDays(1);

  /**
   * What is under a key.
   *
   * @throws StoreException if it cannot be read
   */
  Optional<StoreEntry> get(String key) throws StoreException;

  /**
   * All entries below a prefix, as they were at one revision, sorted by key.
   *
   * @throws StoreException if they cannot be read
   */
  Snapshot list(String prefix) throws StoreException;

  /**
   * Carries a transaction out if all its conditions hold, otherwise nothing of it. It is on disk
   * when this returns.
   *
   * @return whether it was carried out, and what is there if not
   * @throws OutcomeUnknownException if it may or may not have been carried out: read again
   * @throws StoreRefusedException if it was not carried out and never will be, as with a lease that
   *     has ended
   * @throws StoreUnavailableException if it was not carried out, and may be tried again
   */
  CommitResult commit(Transaction transaction) throws StoreException;

  /**
   * Delivers every change below a prefix, each once and in order, beginning with those of a
   * revision. To follow what a snapshot shows, begin with the revision after its own.
   *
   * <p>Returns at once. The store connects again by itself as often as needed; a watch ends when it
   * or its store is closed, or with {@link WatchListener#lost}.
   *
   * @param fromRevision the first revision that is delivered, from 1; may be in the future
   */
  Watch watch(String prefix, long fromRevision, WatchListener listener);

  /**
   * Makes a lease and keeps it alive, in the background, until it is closed. The entries that are
   * bound to it go when it ends.
   *
   * @param ttl how long it lives without being kept alive, {@link #MIN_TTL} to {@link #MAX_TTL};
   *     rounded up to whole seconds
   * @param onLost called at most once, on a thread of the store's, when the lease is no longer held
   *     although nobody closed or revoked it
   * @throws StoreException if it cannot be made
   */
  Lease grantLease(Duration ttl, Runnable onLost) throws StoreException;

  /** Ends watches without a word, and stops keeping leases alive, which then end by themselves. */
  @Override
  void close();
}
