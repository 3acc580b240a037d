package org.dmore.xen.embedded;

/** How far a live migration is. */
public enum MigrationPhase {
  /** The destination makes room. */
  CONNECTING,
  /** The domain runs at the source while its pages are copied. */
  PRECOPY,
  /** The domain stands still; the last pages are copied. */
  STOP_AND_COPY,
  /** Suspended at the source, paused at the destination; waits for the decision. */
  LANDED,
  /** The domain is at the destination, paused; the source's copy is destroyed. */
  COMPLETED,
  /** Called off: the domain goes on at the source. */
  ROLLED_BACK,
  /** Failed by itself: the domain goes on at the source. */
  FAILED;

  /** Whether nothing more happens. */
  public boolean isOver() {
    return this == COMPLETED || this == ROLLED_BACK || this == FAILED;
  }
}
