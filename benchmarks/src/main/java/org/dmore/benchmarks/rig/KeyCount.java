package org.dmore.benchmarks.rig;

/** A count of keys that arrived, awaited by one thread that either spins or sleeps. */
public interface KeyCount {
  /** What arrived so far. */
  long count();

  /**
   * Waits on the processor until so many have arrived.
   *
   * @throws IllegalStateException if they do not within 10 s
   */
  void awaitSpinning(long wanted);

  /**
   * Waits off the processor until so many have arrived.
   *
   * @throws IllegalStateException if they do not, or if whoever counts is gone
   */
  void awaitParking(long wanted);
}
