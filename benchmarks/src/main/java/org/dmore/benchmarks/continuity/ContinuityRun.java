package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.vdev.input.Paste;
import org.dmore.vdev.service.ConsoledConfig;

/**
 * Moves a guest whose console is served in one way, while somebody types. For one thread.
 *
 * <p>After each move the client stops and waits until the guest has what is under way; then what
 * was typed and what came is compared. So what is lost belongs to its move.
 */
public final class ContinuityRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The client types for this long at least before a move begins, and for this long after it. */
  private static final int BESIDE_MILLIS = 200;

  /** The beginning of a move is put off by chance, by up to this. */
  private static final int MAX_LEAD_MILLIS = 300;

  private final Random leads;
  private final GuestKeys got = new GuestKeys();
  private final ConsoleService service;
  private final SteadyTypist typist;
  private int fences;

  /** Boots the guest and connects the client. */
  public ContinuityRun(Way way, Workload workload) throws IOException, InterruptedException {
    this(way, workload, settings());
  }

  ContinuityRun(Way way, Workload workload, DemoSettings settings)
      throws IOException, InterruptedException {
    leads = new Random(workload.seed());
    service = open(way, workload, settings);
    try {
      dirty(workload.dirtyMib());
      KeySequence sequence = new KeySequence(new Random(workload.seed()));
      typist = new SteadyTypist(service::address, workload.rate(), sequence);
      settle();
      TimedKeys unusedTyped = typist.take();
      TimedKeys unusedGot = got.take();
      List<Integer> unusedLetGo = got.takeLetGo();
    } catch (IOException | RuntimeException | InterruptedException e) {
      service.close();
      throw e;
    }
  }

  /**
   * The demo's VMs and link. Moves are not called off because the machine is slow, so that there
   * are as many of each way.
   */
  private static DemoSettings settings() {
    return DemoSettings.of(ConsoledConfig.forGuest("continuity", ""))
        .withMigration(MigrationSettings.DEFAULT.withPausedBound(PATIENCE));
  }

  /**
   * Moves once, while the client types.
   *
   * @throws IOException if the guest does not move, or the last key of all does not reach it
   */
  public MoveResult move() throws IOException, InterruptedException {
    typist.begin();
    Thread.sleep(BESIDE_MILLIS + leads.nextInt(MAX_LEAD_MILLIS));
    MoveTimes times = service.move();
    Thread.sleep(BESIDE_MILLIS);
    typist.end();
    settle();
    int cuts = typist.takeCuts();
    return MoveResult.of(typist.take(), got.take(), got.takeLetGo(), cuts, times);
  }

  @Override
  public void close() throws IOException {
    typist.close();
    service.close();
  }

  /** Waits until the guest has all that was typed. */
  private void settle() throws IOException, InterruptedException {
    typist.typeFence();
    fences++;
    got.awaitFences(fences, PATIENCE);
  }

  private ConsoleService open(Way way, Workload workload, DemoSettings settings)
      throws IOException, InterruptedException {
    return switch (way) {
      case PAIR -> new PairService(settings, got);
      case RECONNECT -> new FixedService(settings, workload.sourceEnd(), got);
      case PROXY -> new ProxiedService(new FixedService(settings, workload.sourceEnd(), got));
    };
  }

  /** Has the guest's shell write memory, as somebody would: by typing it. */
  private void dirty(int mib) throws IOException, InterruptedException {
    if (mib == 0) {
      return;
    }
    int unused = service.consoled().paste("dirty " + mib + "\n", Paste.Listener.NONE);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isOnScreen("writing " + mib + " MiB")) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest does not write " + mib + " MiB of its memory");
      }
      Thread.sleep(20);
    }
  }

  private boolean isOnScreen(String text) {
    int rows = service.guest().textRows();
    for (int row = 0; row < rows; row++) {
      if (service.guest().textAt(row).contains(text)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs all moves of one way.
   *
   * @param moved hears of each move
   */
  public static WayResult run(Way way, Workload workload, int moves, Consumer<MoveResult> moved)
      throws IOException, InterruptedException {
    List<MoveResult> results = new ArrayList<>();
    try (ContinuityRun run = new ContinuityRun(way, workload)) {
      for (int i = 0; i < moves; i++) {
        MoveResult result = run.move();
        results.add(result);
        moved.accept(result);
      }
    }
    return new WayResult(way, results);
  }
}
