package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.report.VideoLoad;
import org.dmore.benchmarks.rig.TripRig;
import org.dmore.benchmarks.rig.WatchedRig;
import org.dmore.benchmarks.rig.Watching;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** As {@link KeystrokeBenchmark#paced}, while the guest draws and other clients follow it. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WatchedKeystrokeBenchmark {

  /** The rig, used by the one benchmark thread. */
  public static class Watched extends TripState {
    /** What goes on beside the keys. */
    @Param public Watching watching;

    private WatchedRig rig;

    @Override
    TripRig newRig() throws IOException, InterruptedException {
      rig = new WatchedRig(watching);
      return rig;
    }

    @Override
    void warmUp(Trip built) throws IOException {
      built.warmUp();
    }

    @Setup(Level.Iteration)
    public void begin() {
      rig.begin();
    }

    @Setup(Level.Invocation)
    public void rest() {
      Pace.pause();
    }

    /** Without video the figures would say nothing: the benchmark fails. */
    @TearDown(Level.Iteration)
    public void requireVideo() {
      VideoLoad.tell(rig.requireVideo());
    }
  }

  /** A key every 2 ms; the client sleeps until the guest wakes it. */
  @Benchmark
  public void paced(Watched watched) throws IOException {
    watched.trip().parking();
  }
}
