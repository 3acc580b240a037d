package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.coordinator.store.record.TimeOrderedIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The moves that this process leads. Thread-safe. */
final class Moves implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Moves.class);

  /** The role of who finds room for a pair: one at a time, so that no room is promised twice. */
  private static final String TURN = "placement";

  private final MoveContext context;
  private final MovePlanner planner;
  private final PairLocks locks;
  private final BooleanSupplier present;
  private final Runnable onEnded;
  private final TimeOrderedIds ids = new TimeOrderedIds();
  private final Map<String, LedMove> led = new ConcurrentHashMap<>();
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final Map<String, Duration> domRMoves = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Leads none yet.
   *
   * @param present whether this process is surely its host's hostd
   * @param onEnded called when a move has ended or is led no more
   */
  Moves(
      MoveContext context,
      MovePlanner planner,
      PairLocks locks,
      BooleanSupplier present,
      Runnable onEnded) {
    this.context = context;
    this.planner = planner;
    this.locks = locks;
    this.present = present;
    this.onEnded = onEnded;
  }

  /**
   * Begins a move of a pair that is on this host, and leads it.
   *
   * @throws ControlException if it cannot be
   */
  MigrationRecord begin(MigrationRequest request) throws IOException {
    MigrationSettings bounds = context.settings().migration();
    if (request.pausedBound().isPresent()) {
      RequestRules.pausedBound(request.pausedBound().get());
      bounds = bounds.withPausedBound(request.pausedBound().get());
    }
    MigrationSettings chosen = bounds;
    return locks.holding(
        request.pair(), context.settings().answer(), () -> beginAlone(request, chosen));
  }

  private MigrationRecord beginAlone(MigrationRequest request, MigrationSettings bounds)
      throws IOException {
    String host = context.local().name();
    try (Leadership turn = turn()) {
      if (closed || !present.getAsBoolean()) {
        throw new ControlException(Reason.UNAVAILABLE, "host=" + host + " is not present now");
      }
      PairRecord pair = context.directory().pair(request.pair());
      String to = planner.examine(pair, request.to()).require();
      String id = ids.next();
      Leadership leadership =
          lead(id)
              .orElseThrow(
                  () -> new ControlException(Reason.CONFLICT, "migration=" + id + " is led"));
      MigrationRecord record =
          MigrationRecord.begun(id, pair.name(), host, to, context.clock().instant());
      boolean created = false;
      try {
        created = context.inventory().migrations().under(turn).create(record);
      } finally {
        if (!created) {
          leadership.close(); // if it is there all the same, it is taken up and called off
        }
      }
      launch(
          new LedMove(context, record, pair, leadership, true, bounds, expected(pair)), leadership);
      return record;
    }
  }

  /** Takes up the moves that nobody leads and that are this host's to bring to an end. */
  void takeUpOrphans() throws IOException {
    List<MigrationRecord> running = planner.running();
    if (running.isEmpty()) {
      return;
    }
    Set<String> presentHosts = context.inventory().presentHosts();
    for (MigrationRecord record : running) {
      boolean ours =
          context.directory().isLocal(record.from())
              || (context.directory().isLocal(record.to())
                  && !presentHosts.contains(record.from()));
      if (ours && !closed && !led.containsKey(record.id())) {
        takeUp(record);
      }
    }
  }

  private void takeUp(MigrationRecord seen) throws IOException {
    Optional<Leadership> leadership = lead(seen.id());
    if (leadership.isEmpty()) {
      return;
    }
    boolean launched = false;
    try {
      Optional<MigrationRecord> record = context.inventory().migrations().find(seen.id());
      if (record.isEmpty() || record.get().state().hasEnded()) {
        return;
      }
      PairRecord pair = context.directory().pair(seen.pair());
      LOG.info("migration={} of pair={} has no leader and is taken up", seen.id(), seen.pair());
      context.auditor().tell("migration-taken-up", "migration", seen.id(), "pair", seen.pair());
      launch(
          new LedMove(
              context,
              record.get(),
              pair,
              leadership.get(),
              false,
              context.settings().migration(),
              expected(pair)),
          leadership.get());
      launched = true;
    } finally {
      if (!launched) {
        leadership.get().close();
      }
    }
  }

  /** How far a move is that is led here. */
  Optional<MigrationStatus.Progress> progress(String id) {
    return Optional.ofNullable(led.get(id)).map(LedMove::progress);
  }

  boolean isLed(String id) {
    return led.containsKey(id);
  }

  /** Asks for a move to be called off; false if it is not led here, or there is only forward. */
  boolean cancel(String id) {
    return Optional.ofNullable(led.get(id)).map(LedMove::cancel).orElse(false);
  }

  /** Stops: what has not committed is called off, the rest is left to the next process. */
  @Override
  public void close() {
    closed = true;
    threads.values().forEach(Thread::interrupt);
    long deadline = System.nanoTime() + context.settings().closing().toNanos();
    try {
      for (Thread thread : threads.values()) {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Leadership turn() throws IOException {
    try {
      return Leadership.lead(
          context.store(),
          TURN,
          context.local().name(),
          context.settings().leaderTtl(),
          () -> {},
          context.settings().turnPatience());
    } catch (TimeoutException e) {
      throw new ControlException(
          Reason.UNAVAILABLE, "other moves have been beginning all the time: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlException(Reason.UNAVAILABLE, "hostd is about to end", e);
    }
  }

  private Optional<Leadership> lead(String id) throws StoreException {
    return context
        .inventory()
        .leadMigration(
            id,
            context.local().name(),
            context.settings().leaderTtl(),
            () -> LOG.warn("migration={} is led here no more", id));
  }

  private void launch(LedMove move, Leadership leadership) {
    String id = move.record().id();
    led.put(id, move);
    Thread thread =
        new Thread(
            () -> {
              try {
                move.run();
              } finally {
                leadership.close();
                ended(move);
              }
            },
            "move-" + id);
    thread.setDaemon(true);
    threads.put(id, thread);
    thread.start();
  }

  private void ended(LedMove move) {
    if (!move.learnt().isZero()) {
      domRMoves.put(move.record().pair(), move.learnt());
    }
    led.remove(move.record().id());
    threads.remove(move.record().id());
    onEnded.run();
    context.notes().execute(this::forgetOldest);
  }

  /** What the pair's last moves took; of a pair that has not moved yet, what others' took. */
  private Duration expected(PairRecord pair) {
    Duration own = domRMoves.get(pair.name());
    return own != null
        ? own
        : domRMoves.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
  }

  private void forgetOldest() {
    try {
      List<MigrationRecord> ended =
          context.inventory().migrations().all().stream()
              .filter(record -> record.state().hasEnded())
              .toList();
      int surplus = ended.size() - context.settings().rememberedMigrations();
      for (int i = 0; i < surplus; i++) {
        boolean unused = context.inventory().forgetMigration(ended.get(i).id());
      }
    } catch (StoreException e) {
      LOG.debug("old moves are not forgotten yet: {}", e.getMessage());
    }
  }
}
