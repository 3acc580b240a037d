package org.dmore.benchmarks.cli;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.benchmarks.BridgeBenchmark;
import org.dmore.benchmarks.EncoderBenchmark;
import org.dmore.benchmarks.FloorBenchmark;
import org.dmore.benchmarks.KeystrokeBenchmark;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.benchmarks.rig.EncoderForm;

/** Benchmarks that are run together. */
enum Suite {
  /** Three ways of waiting for the key and for each of the two floors, four of the bridge. */
  KEYSTROKE(3 + 2 * 3 + 4, Duration.ofMillis(900)) {
    @Override
    List<Class<?>> classes() {
      return List.of(KeystrokeBenchmark.class, FloorBenchmark.class, BridgeBenchmark.class);
    }
  },
  /** Each encoding on each kind of picture. */
  ENCODERS(FrameKind.values().length * EncoderForm.values().length, Duration.ofMillis(1300)) {
    @Override
    List<Class<?>> classes() {
      return List.of(EncoderBenchmark.class);
    }
  };

  private final int benchmarks;
  private final Duration start;

  Suite(int benchmarks, Duration start) {
    this.benchmarks = benchmarks;
    this.start = start;
  }

  abstract List<Class<?>> classes();

  /** Benchmarks to run, each set of parameters counted. */
  int benchmarks() {
    return benchmarks;
  }

  /** Starting a JVM and building a rig. */
  Duration start() {
    return start;
  }

  /** What JMH is to include. */
  Stream<String> patterns() {
    return classes().stream().map(type -> "^" + type.getName().replace(".", "\\.") + "\\.");
  }
}
