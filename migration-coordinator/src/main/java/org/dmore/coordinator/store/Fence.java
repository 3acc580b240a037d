package org.dmore.coordinator.store;

/**
 * The proof of a role: its key, and the revision that made it. Whoever takes the role after the
 * holder makes the key anew, so a holder that has been deposed cannot meet {@link #condition} any
 * more.
 *
 * @param key the role's key
 * @param createRevision the revision that made it for this holder
 */
public record Fence(String key, long createRevision) {
  /** That the role is still this holder's. */
  public Condition condition() {
    return new Condition.CreateRevisionIs(key, createRevision);
  }
}
