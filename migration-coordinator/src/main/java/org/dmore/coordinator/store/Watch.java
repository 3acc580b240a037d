package org.dmore.coordinator.store;

/** A watch that is under way. Thread-safe. */
public interface Watch extends AutoCloseable {
  /**
   * Ends it. No call to the listener begins after this has returned; one that is under way is not
   * waited for.
   */
  @Override
  void close();
}
