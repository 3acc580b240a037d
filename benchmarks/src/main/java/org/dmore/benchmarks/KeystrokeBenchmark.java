package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.KeystrokeRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A keystroke from the client's {@code write} to the guest's driver handing it on, through all that
 * lies between: loopback TCP, Netty, RFB, keymap, ledger, ring, event channel, the guest's virtual
 * CPU. Each is one press or one release of a key.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KeystrokeBenchmark {

  /** The rig, used by the one benchmark thread. */
  @State(Scope.Thread)
  public static class Whole {
    private KeystrokeRig rig;
    private Trip trip;

    @Setup(Level.Trial)
    public void build() throws IOException, InterruptedException {
      rig = new KeystrokeRig();
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

  /** The same, left alone before each key. */
  @State(Scope.Thread)
  public static class Rested extends Whole {
    @Override
    void warmUp() throws IOException {
      trip().warmUp();
    }

    @Setup(Level.Invocation)
    public void rest() {
      Pace.pause();
    }
  }

  /** Keys back to back; the client watches for the guest on a processor of its own. */
  @Benchmark
  public void spinning(Whole whole) throws IOException {
    whole.trip().spinning();
  }

  /** Keys back to back; the client sleeps until the guest wakes it, which is counted. */
  @Benchmark
  public void parking(Whole whole) throws IOException {
    whole.trip().parking();
  }

  /** A key every 2 ms, as into a machine at rest; otherwise as {@link #parking}. */
  @Benchmark
  public void paced(Rested rested) throws IOException {
    rested.trip().parking();
  }
}
