package org.dmore.xen.embedded;

/** What a domain does. */
public enum DomainState {
  /**
   * Its CPUs stand still, by the toolstack's wish; also a domain that was just created or moved.
   */
  PAUSED,
  /** It runs. */
  RUNNING,
  /** It stopped itself for the last part of a migration, and waits for the decision. */
  SUSPENDED,
  /** It is gone; its memory may linger while others map it. */
  DESTROYED
}
