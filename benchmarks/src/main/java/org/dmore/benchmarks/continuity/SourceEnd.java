package org.dmore.benchmarks.continuity;

/** When a server that does not move ends the connections of a guest that leaves. */
public enum SourceEnd {
  /**
   * As soon as the guest is suspended, which takes a toolstack that tells the server: the best that
   * it can do without a look into the guest's ring.
   */
  SUSPENDED,
  /** When the source's copy of the guest is destroyed, as with QEMU's server under xl. */
  DESTROYED
}
