package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.NativeFloorRig;
import org.dmore.benchmarks.rig.TripRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/**
 * What every server in a JVM is to be read against: the same bytes from the same client to a
 * process in C whose epoll loop wakes another thread, which counts.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class NativeFloorBenchmark {

  /** The rig, used by the one benchmark thread. */
  public static class Floor extends TripState {
    @Override
    TripRig newRig() throws IOException, InterruptedException {
      return new NativeFloorRig();
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
