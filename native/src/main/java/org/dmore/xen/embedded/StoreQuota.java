package org.dmore.xen.embedded;

/**
 * What one domain may take of a host's xenstore; dom0 may take everything. The defaults are those
 * of xenstored.
 *
 * @param nodes nodes that it owns
 * @param watches watches at a time
 * @param transactions open transactions at a time
 */
public record StoreQuota(int nodes, int watches, int transactions) {
  /** What xenstored allows unless told otherwise: 1000 nodes, 128 watches, 10 transactions. */
  public static final StoreQuota DEFAULT = new StoreQuota(1000, 128, 10);

  /** Bytes of a node that a domain other than dom0 writes; fewer than this. */
  static final int NODE_BYTES = 2048;

  public StoreQuota {
    if (nodes < 1 || watches < 1 || transactions < 1) {
      throw new IllegalArgumentException(
          "nodes="
              + nodes
              + " watches="
              + watches
              + " transactions="
              + transactions
              + ": each must be at least 1");
    }
  }
}
