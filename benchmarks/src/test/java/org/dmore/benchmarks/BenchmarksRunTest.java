package org.dmore.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;

/** Each benchmark is set up, run twice (a press and its release) and torn down; no time is told. */
@Timeout(30)
class BenchmarksRunTest {
  private static final int TIMES = 2;

  private final KeystrokeBenchmark keystroke = new KeystrokeBenchmark();
  private final FloorBenchmark floor = new FloorBenchmark();
  private final BridgeBenchmark bridge = new BridgeBenchmark();

  @Test
  void keystrokes_back_to_back() throws Exception {
    KeystrokeBenchmark.Whole state = new KeystrokeBenchmark.Whole();
    state.build();
    for (int i = 0; i < TIMES; i++) {
      keystroke.spinning(state);
      keystroke.parking(state);
    }
    state.close();
  }

  @Test
  void keystrokes_paced() throws Exception {
    KeystrokeBenchmark.Rested state = new KeystrokeBenchmark.Rested();
    state.build();
    for (int i = 0; i < TIMES; i++) {
      state.rest();
      keystroke.paced(state);
    }
    state.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_floor(boolean wake) throws Exception {
    FloorBenchmark.Rested state = new FloorBenchmark.Rested();
    state.wake = wake;
    state.build();
    for (int i = 0; i < TIMES; i++) {
      floor.spinning(state);
      floor.parking(state);
      state.rest();
      floor.paced(state);
    }
    state.close();
  }

  @Test
  void the_bridge() throws Exception {
    BridgeBenchmark.Settled state = new BridgeBenchmark.Settled();
    state.build();
    for (int i = 0; i < TIMES; i++) {
      state.settle();
      bridge.publish(state);
      state.settle();
      bridge.handOver(state);
      bridge.batch(state);
      bridge.burst(state);
    }
    state.close();
  }

  @Test
  void no_benchmark_is_left_out_above() {
    long benchmarks =
        Stream.of(KeystrokeBenchmark.class, FloorBenchmark.class, BridgeBenchmark.class)
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Benchmark.class))
            .count();
    assertThat(benchmarks).isEqualTo(3 + 3 + 4);
  }
}
