package org.dmore.xen.embedded;

/**
 * Where a migration is to fail; for tests of what depends on migrations. Given in {@link
 * MigrationOptions}, or to the destination by {@link EmbeddedHost#injectFault}.
 */
public final class FaultPlan {
  private static final FaultPlan NONE = new FaultPlan(Point.NEVER, 0);

  private enum Point {
    NEVER,
    CONNECT,
    ROUND,
    STOP_AND_COPY,
    BYTES,
    ARRIVAL
  }

  private final Point point;
  private final long limit;

  private FaultPlan(Point point, long limit) {
    this.point = point;
    this.limit = limit;
  }

  /** Nothing fails. */
  public static FaultPlan none() {
    return NONE;
  }

  /** The destination cannot be reached. */
  public static FaultPlan atConnect() {
    return new FaultPlan(Point.CONNECT, 0);
  }

  /** The link breaks as a round begins; the first is 1. */
  public static FaultPlan atRound(int round) {
    return new FaultPlan(Point.ROUND, round);
  }

  /** The link breaks after the domain was suspended. */
  public static FaultPlan inStopAndCopy() {
    return new FaultPlan(Point.STOP_AND_COPY, 0);
  }

  /** The link breaks once so many bytes went over it, in whatever phase that is. */
  public static FaultPlan afterBytes(long bytes) {
    return new FaultPlan(Point.BYTES, bytes);
  }

  /** The destination cannot build the domain from what it received. */
  public static FaultPlan onArrival() {
    return new FaultPlan(Point.ARRIVAL, 0);
  }

  void connecting() throws MigrationException {
    check(Point.CONNECT, "connection refused by the destination");
  }

  void roundBegins(int round) throws MigrationException {
    if (round == limit) {
      check(Point.ROUND, "link lost at round=" + round);
    }
  }

  void stopped() throws MigrationException {
    check(Point.STOP_AND_COPY, "link lost while the domain stood still");
  }

  void copied(long bytes) throws MigrationException {
    if (bytes >= limit) {
      check(Point.BYTES, "link lost after bytes=" + bytes);
    }
  }

  void arrived() throws MigrationException {
    check(Point.ARRIVAL, "the destination could not restore the domain");
  }

  private void check(Point here, String what) throws MigrationException {
    if (point == here) {
      throw new MigrationException(what + " (injected)");
    }
  }
}
