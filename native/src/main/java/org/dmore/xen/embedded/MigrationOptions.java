package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a migration is carried out. Times and bandwidth are those of the modelled hosts; {@code
 * speedup} says how much faster the model's clock runs than ours.
 *
 * @param bandwidth of the link, in bytes per second
 * @param maxRounds after so many rounds the domain is stopped, however many pages it wrote; libxl's
 *     default is 5
 * @param dirtyPageThreshold with fewer pages written the domain is stopped; libxl's default is 50
 * @param downtimeOverhead what saving and restoring the domain's state takes while it stands still
 * @param speedup 1 for real time
 * @param faults where it is to fail
 * @param observer told of each phase and of each round as it begins, on the thread that carries it
 *     out; what it throws fails the migration
 */
public record MigrationOptions(
    long bandwidth,
    int maxRounds,
    long dirtyPageThreshold,
    Duration downtimeOverhead,
    double speedup,
    FaultPlan faults,
    Consumer<MigrationProgress> observer) {

  /** 10 Gbit/s, libxl's policy, 50 ms for saving and restoring, real time, no fault. */
  public static final MigrationOptions DEFAULT =
      new MigrationOptions(
          1_250_000_000, 5, 50, Duration.ofMillis(50), 1, FaultPlan.none(), progress -> {});

  public MigrationOptions {
    if (bandwidth <= 0 || maxRounds < 1 || dirtyPageThreshold < 0 || !(speedup > 0)) {
      throw new IllegalArgumentException(
          "bandwidth="
              + bandwidth
              + " maxRounds="
              + maxRounds
              + " dirtyPageThreshold="
              + dirtyPageThreshold
              + " speedup="
              + speedup
              + ": must be positive");
    }
    if (downtimeOverhead.isNegative()) {
      throw new IllegalArgumentException("downtimeOverhead=" + downtimeOverhead + " is negative");
    }
  }

  public MigrationOptions withBandwidth(long bytesPerSecond) {
    return new MigrationOptions(
        bytesPerSecond, maxRounds, dirtyPageThreshold, downtimeOverhead, speedup, faults, observer);
  }

  public MigrationOptions withMaxRounds(int rounds) {
    return new MigrationOptions(
        bandwidth, rounds, dirtyPageThreshold, downtimeOverhead, speedup, faults, observer);
  }

  public MigrationOptions withDirtyPageThreshold(long pages) {
    return new MigrationOptions(
        bandwidth, maxRounds, pages, downtimeOverhead, speedup, faults, observer);
  }

  public MigrationOptions withDowntimeOverhead(Duration overhead) {
    return new MigrationOptions(
        bandwidth, maxRounds, dirtyPageThreshold, overhead, speedup, faults, observer);
  }

  public MigrationOptions withSpeedup(double factor) {
    return new MigrationOptions(
        bandwidth, maxRounds, dirtyPageThreshold, downtimeOverhead, factor, faults, observer);
  }

  public MigrationOptions withFaults(FaultPlan plan) {
    return new MigrationOptions(
        bandwidth, maxRounds, dirtyPageThreshold, downtimeOverhead, speedup, plan, observer);
  }

  public MigrationOptions withObserver(Consumer<MigrationProgress> newObserver) {
    return new MigrationOptions(
        bandwidth, maxRounds, dirtyPageThreshold, downtimeOverhead, speedup, faults, newObserver);
  }
}
