package org.dmore.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.benchmarks.report.BenchmarkCpu;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ThreadAllocation;
import org.dmore.benchmarks.report.VideoLoad;
import org.dmore.benchmarks.rig.EncoderForm;
import org.dmore.benchmarks.rig.FloorProgram;
import org.dmore.benchmarks.rig.Watching;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH sets each benchmark up, runs it once and tears it down, in this JVM; no time is told. */
@Timeout(120)
class BenchmarksRunTest {
  private static final int KEYSTROKES = 3;
  private static final int WATCHED = Watching.values().length;
  private static final int FLOORS = 2 * 3;
  private static final int NATIVE_FLOORS = FloorProgram.isAvailable() ? 3 : 0;
  private static final int BRIDGES = 4;
  private static final int ENCODERS = EncoderForm.values().length;

  @Test
  void everyBenchmarkRunsAndCanBeReported() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .include(
                "^org\\.dmore\\.benchmarks\\."
                    + (FloorProgram.isAvailable() ? "" : "(?!NativeFloorBenchmark)"))
            // The others differ by their pixels alone: EncoderRigTest encodes them.
            .param("kind", FrameKind.DESKTOP.name())
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .addProfiler(ThreadAllocation.class)
            .addProfiler(BenchmarkCpu.class)
            .addProfiler(VideoLoad.class)
            .build();
    OutputFormat silence = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);

    Collection<RunResult> results = new Runner(once, silence).run();

    assertThat(results)
        .hasSize(KEYSTROKES + WATCHED + FLOORS + NATIVE_FLOORS + BRIDGES + ENCODERS)
        .map(Measurement::of)
        .allSatisfy(
            measured -> {
              assertThat(measured.name()).contains("Benchmark.");
              if (!measured.name().startsWith("Encoder")) {
                assertThat(measured.keyThreadBytes()).isPresent();
              }
              assertThat(measured.load().isPresent())
                  .isEqualTo(measured.name().startsWith("Watched"));
              assertThat(measured.allBytes()).isPresent();
              assertThat(measured.cpu()).isPresent();
            });
  }
}
