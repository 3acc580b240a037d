package org.dmore.benchmarks;

import java.io.IOException;
import org.dmore.benchmarks.rig.TripRig;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A rig with a client that sends keys and a place where they are counted, for one trial. */
@State(Scope.Thread)
public abstract class TripState {
  private TripRig rig;
  private Trip trip;

  /** Builds the rig; returns when a key can be sent. */
  abstract TripRig newRig() throws IOException, InterruptedException;

  /** What is done once, after it is built. */
  void warmUp(Trip built) throws IOException {}

  @Setup(Level.Trial)
  public final void open() throws IOException, InterruptedException {
    rig = newRig();
    trip = new Trip(rig.client(), rig.keys());
    warmUp(trip);
  }

  final Trip trip() {
    return trip;
  }

  @TearDown(Level.Trial)
  public final void close() throws IOException {
    rig.close();
  }
}
