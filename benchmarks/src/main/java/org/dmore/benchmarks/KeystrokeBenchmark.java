package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.KeystrokeRig;
import org.dmore.benchmarks.rig.TripRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/**
 * A keystroke from the client's {@code write} to the guest's driver handing it on, through all that
 * lies between: loopback TCP, Netty, RFB, keymap, ledger, ring, event channel, the guest's virtual
 * CPU. Each is one press or one release of a key.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KeystrokeBenchmark {

  /** The rig, used by the one benchmark thread. */
  public static class Whole extends TripState {
    @Override
    TripRig newRig() throws IOException, InterruptedException {
      return new KeystrokeRig();
    }
  }

  /** The same, left alone before each key. */
  public static class Rested extends Whole {
    @Override
    void warmUp(Trip built) throws IOException {
      built.warmUp();
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
