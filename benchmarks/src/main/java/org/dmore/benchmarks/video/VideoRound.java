package org.dmore.benchmarks.video;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** All that is measured of one server from its start to its end, in lock step with the client. */
final class VideoRound {
  private final VideoPlan plan;
  private final Path client;
  private final Path expected;
  private final Duration askAgain;

  /**
   * Measures nothing yet.
   *
   * @param client the program
   * @param expected the file with the frames that are to arrive
   * @param askAgain after how long a frame is asked for a second time; not at all if that is as
   *     long as it may take
   */
  VideoRound(VideoPlan plan, Path client, Path expected, Duration askAgain) {
    this.plan = plan;
    this.client = client;
    this.expected = expected;
    this.askAgain = askAgain;
  }

  /**
   * Measures a server that has just been started.
   *
   * @param costs what each cell is added to
   */
  void measure(Stage stage, Map<Cell, Cost> costs) throws IOException {
    List<Cell> cells = List.copyOf(costs.keySet());
    for (Cell cell : cells) {
      play(stage, cell, new Cost(), plan.warm().toNanos(), Double.POSITIVE_INFINITY);
    }
    LockSupport.parkNanos(plan.settling().toNanos());
    for (Cell cell : cells) {
      Cost cost = costs.get(cell);
      stage.show(cell.clip().last(), Clip.ALL);
      for (int i = 1; i < plan.connections(); i++) {
        connect(stage, cell, cost).close();
      }
      play(stage, cell, cost, plan.enoughTime().toNanos(), plan.enoughCpu());
    }
  }

  private NullClient connect(Stage stage, Cell cell, Cost cost) throws IOException {
    NullClient connected =
        new NullClient(stage.peer(), client, expected, cell, plan.patience(), askAgain);
    cost.addFirstUpdate(connected.firstUpdateMillis());
    return connected;
  }

  /** Shows a sequence again and again until it is enough. */
  private void play(Stage stage, Cell cell, Cost cost, long enoughNanos, double enoughCpu)
      throws IOException {
    Clip clip = cell.clip();
    stage.show(clip.last(), Clip.ALL);
    try (NullClient connected = connect(stage, cell, cost)) {
      connected.await(clip.last(), Clip.ALL);
      NullClient.Received before = connected.settle(clip.last());
      NullClient.Received after;
      double server = stage.serverSeconds(connected);
      double application = stage.applicationSeconds();
      double compiler = stage.compilerSeconds();
      long end = System.nanoTime() + enoughNanos;
      do {
        long begin = System.nanoTime();
        for (int i = 0; i < clip.frames(); i++) {
          stage.show(clip.first() + i, clip.damage().get(i));
          connected.await(clip.first() + i, clip.damage().get(i));
        }
        cost.addPass(clip, (System.nanoTime() - begin) / 1e9);
        after = connected.settle(clip.last());
      } while (System.nanoTime() < end && stage.serverSeconds(connected) - server < enoughCpu);
      cost.addReceived(before, after);
      cost.addCpu(
          stage.serverSeconds(connected) - server,
          stage.applicationSeconds() - application,
          stage.compilerSeconds() - compiler);
    }
  }
}
