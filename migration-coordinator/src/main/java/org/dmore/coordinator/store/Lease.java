package org.dmore.coordinator.store;

import java.time.Duration;

/**
 * A promise by the store that the entries bound to it stay as long as this process keeps it alive,
 * and go soon after it stops. Thread-safe.
 *
 * <p>How long it is held is reckoned so that the holder knows first: from the moment before the
 * last successful sign of life was sent, on a clock that nobody sets and that goes on while the
 * machine sleeps, less a margin of a fifth of the lease's time. While {@link #isHeld} is true no
 * other process can see its entries gone, unless somebody deletes them.
 */
public interface Lease extends AutoCloseable {
  /** The store's number for it. */
  long id();

  /** How long it lives without a sign of life. */
  Duration ttl();

  /** Whether it is surely held at this moment. Once false, always false. */
  boolean isHeld();

  /** For how long it is surely held if no further sign of life succeeds; zero if it is not. */
  Duration remaining();

  /**
   * Ends it at once, with its entries.
   *
   * @throws StoreException if the store could not be told; it ends by itself, then, within its time
   */
  void revoke() throws StoreException;

  /** Stops keeping it alive; it ends by itself, with its entries, within its time. */
  @Override
  void close();
}
