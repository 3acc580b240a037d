package org.dmore.benchmarks;

import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.benchmarks.rig.EncoderForm;
import org.dmore.benchmarks.rig.EncoderRig;
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

/** A picture of 1024x768 to RFB rectangles, on one thread, all of it each time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EncoderBenchmark {

  /** The encoder, used by the benchmark's thread. */
  @State(Scope.Thread)
  public static class Encoding {
    /** What is shown. */
    @Param public FrameKind kind;

    /** How it is encoded. */
    @Param public EncoderForm form;

    private EncoderRig rig;

    @Setup(Level.Trial)
    public void build() {
      rig = new EncoderRig(kind, form);
    }

    @TearDown(Level.Trial)
    public void close() {
      rig.close();
    }
  }

  /** One picture. */
  @Benchmark
  public long frame(Encoding encoding) {
    return encoding.rig.frame();
  }
}
