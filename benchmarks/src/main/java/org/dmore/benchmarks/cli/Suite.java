package org.dmore.benchmarks.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmore.benchmarks.BridgeBenchmark;
import org.dmore.benchmarks.EncoderBenchmark;
import org.dmore.benchmarks.FloorBenchmark;
import org.dmore.benchmarks.KeystrokeBenchmark;
import org.dmore.benchmarks.NativeFloorBenchmark;
import org.dmore.benchmarks.WatchedKeystrokeBenchmark;
import org.dmore.benchmarks.frames.FrameKind;
import org.dmore.benchmarks.rig.EncoderForm;
import org.dmore.benchmarks.rig.FloorProgram;
import org.dmore.benchmarks.rig.Watching;

/** Benchmarks that are run together. */
enum Suite {
  /** A key's way, with and without video beside it, its floors, and the bridge alone. */
  KEYSTROKE(Duration.ofMillis(1200)) {
    @Override
    List<Class<?>> classes() {
      return Stream.of(
              KeystrokeBenchmark.class,
              WatchedKeystrokeBenchmark.class,
              FloorBenchmark.class,
              NativeFloorBenchmark.class,
              BridgeBenchmark.class)
          .filter(type -> !type.equals(NativeFloorBenchmark.class) || FloorProgram.isAvailable())
          .<Class<?>>map(type -> type)
          .toList();
    }

    /** Three ways of waiting for the key and for each floor, four benchmarks of the bridge. */
    @Override
    int benchmarks() {
      return 3 + Watching.values().length + 2 * 3 + (FloorProgram.isAvailable() ? 3 : 0) + 4;
    }

    @Override
    Optional<String> leftOut() {
      return FloorProgram.isAvailable()
          ? Optional.empty()
          : Optional.of(
              "the C floor is left out: it needs Linux and a C compiler, cc (Debian: apt-get"
                  + " install gcc libc6-dev)");
    }
  },
  /** Each encoding on each kind of picture. */
  ENCODERS(Duration.ofMillis(1300)) {
    @Override
    List<Class<?>> classes() {
      return List.of(EncoderBenchmark.class);
    }

    @Override
    int benchmarks() {
      return FrameKind.values().length * EncoderForm.values().length;
    }
  };

  private final Duration start;

  Suite(Duration start) {
    this.start = start;
  }

  abstract List<Class<?>> classes();

  /** Benchmarks to run, each set of parameters counted. */
  abstract int benchmarks();

  /** What cannot be measured here, and what to do about it. */
  Optional<String> leftOut() {
    return Optional.empty();
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
