package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.FloorRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What {@link KeystrokeBenchmark} is to be read against: the same bytes from the same client to a
 * Netty handler that counts them, alone or by waking another thread.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FloorBenchmark {

  /** The rig, used by the one benchmark thread. */
  @State(Scope.Thread)
  public static class Floor {
    /** Whether another thread is woken to count, as a guest's interrupt has to be. */
    @Param({"false", "true"})
    public boolean wake;

    private FloorRig rig;
    private Trip trip;

    @Setup(Level.Trial)
    public void build() throws IOException {
      rig = new FloorRig(wake);
      trip = new Trip(rig.client(), rig.keys());
      warmUp();
    }

    Trip trip() {
      return trip;
    }

    void warmUp() throws IOException {}

    @TearDown(Level.Trial)
    public void close() throws IOException {
      rig.close();
    }
  }

  /** The same, left alone before each message. */
  @State(Scope.Thread)
  public static class Rested extends Floor {
    @Override
    void warmUp() throws IOException {
      trip().warmUp();
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
