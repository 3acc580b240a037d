package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.FloorRig;
import org.dmore.benchmarks.rig.TripRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What {@link KeystrokeBenchmark} is to be read against: the same bytes from the same client to a
 * Netty handler that counts them, alone or by waking another thread.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FloorBenchmark {

  /** The rig, used by the one benchmark thread. */
  public static class Floor extends TripState {
    /** Whether another thread is woken to count, as a guest's interrupt has to be. */
    @Param({"false", "true"})
    public boolean wake;

    @Override
    TripRig newRig() throws IOException {
      return new FloorRig(wake);
    }
  }

  /** The same, left alone before each message. */
  public static class Rested extends Floor {
    @Override
    void warmUp(Trip built) throws IOException {
      built.warmUp();
    }

    @Setup(Level.Invocation)
    public void rest() {
      Pace.pause();
    }
  }

  /** As {@link KeystrokeBenchmark#spinning}. */
  @Benchmark
  public void spinning(Floor floor) throws IOException {
    floor.trip().spinning();
  }

  /** As {@link KeystrokeBenchmark#parking}. */
  @Benchmark
  public void parking(Floor floor) throws IOException {
    floor.trip().parking();
  }

  /** As {@link KeystrokeBenchmark#paced}. */
  @Benchmark
  public void paced(Rested rested) throws IOException {
    rested.trip().parking();
  }
}
