package org.dmore.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.rig.BridgeRig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A key through the bridge, without network: from the decoded event to the slot in the ring and the
 * notification. The guest consumes on its virtual CPU meanwhile, and its notifications are served
 * on the benchmark's thread, which is the console's event loop.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BridgeBenchmark {
  /** Keys of a batch: they fit into the ring, so that none waits. */
  static final int BATCH = 48;

  /** Keys of a burst: several rings full, so that most wait in the ledger. */
  static final int BURST = 480;

  /** The rig, made by the benchmark's thread, as it must be. */
  @State(Scope.Thread)
  public static class Bridge {
    private BridgeRig rig;

    @Setup(Level.Trial)
    public void build() throws IOException, InterruptedException {
      rig = new BridgeRig();
      warmUp();
    }

    void warmUp() {}

    @TearDown(Level.Trial)
    public void close() {
      rig.close();
    }
  }

  /** The same, with the guest asleep and nothing left to do before each key. */
  @State(Scope.Thread)
  public static class Settled extends Bridge {
    /** With a pause after each key the compilers would see too few. */
    @Override
    void warmUp() {
      Bridge bridge = this;
      for (int i = 0; i < Pace.WARM_UP; i++) {
        bridge.rig.key();
        bridge.rig.awaitConsumed();
        bridge.rig.runLoop();
      }
    }

    @Setup(Level.Invocation)
    public void settle() {
      Bridge bridge = this;
      bridge.rig.awaitConsumed();
      bridge.rig.runLoop();
    }
  }

  /** To ring and notify, and no further: what the key holds up the event loop for. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public void publish(Settled settled) {
    Bridge bridge = settled;
    bridge.rig.key();
  }

  /** One key, to the guest's driver: the ring is never full. */
  @Benchmark
  public void handOver(Bridge bridge) {
    bridge.rig.key();
    bridge.rig.awaitConsumed();
    bridge.rig.runLoop();
  }

  /** A batch that fits into the ring, to the guest's driver; for each key of it. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batch(Bridge bridge) {
    for (int i = 0; i < BATCH; i++) {
      bridge.rig.key();
    }
    // The guest counts a key before it says that the slot is free, so that some may have to wait.
    bridge.rig.awaitPublished();
    bridge.rig.awaitConsumed();
    bridge.rig.runLoop();
  }

  /** A burst that overflows the ring, to the guest's driver; for each key of it. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public void burst(Bridge bridge) {
    for (int i = 0; i < BURST; i++) {
      bridge.rig.key();
    }
    bridge.rig.awaitPublished();
    bridge.rig.awaitConsumed();
    bridge.rig.runLoop();
  }
}
