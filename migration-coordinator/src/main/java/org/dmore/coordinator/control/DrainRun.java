package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.DrainRecord.Outcome;
import org.dmore.coordinator.store.record.DrainRecord.Result;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties this host, on a thread of its own, as its drain's record says: that may change under way.
 * A pair whose move was called off is tried once more; one that can go nowhere is tried for as long
 * as others move, which may make room, and then stays.
 */
final class DrainRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DrainRun.class);
  private static final Duration END = Duration.ofSeconds(5);

  /** How often a pair's move may be called off. */
  private static final int ATTEMPTS = 2;

  private final MoveContext context;
  private final Moves moves;
  private final MovePlanner planner;
  private final Leadership leadership;
  private final String host;
  private final Thread thread;
  private final Semaphore changes = new Semaphore(0);
  private final Map<String, Integer> calledOff = new HashMap<>();
  private volatile boolean closed;

  DrainRun(MoveContext context, Moves moves, MovePlanner planner, Leadership leadership) {
    this.context = context;
    this.moves = moves;
    this.planner = planner;
    this.leadership = leadership;
    this.host = context.local().name();
    this.thread = new Thread(this::run, "drain-" + host);
    thread.setDaemon(true);
  }

  /** Whether there is anything to do for a drain. */
  static boolean hasWork(DrainRecord drain) {
    return drain.state() == DrainRecord.State.RUNNING || moving(drain) > 0;
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Something has changed. */
  void nudge() {
    changes.release();
  }

  /** Begins no more moves; those under way are not this class's to stop. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (leadership) {
      boolean more = true;
      while (more && !closed) {
        leadership.check();
        more = roundOrLater();
        if (more) {
          boolean unused =
              changes.tryAcquire(context.settings().look().toNanos(), TimeUnit.NANOSECONDS);
          changes.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the drain of host={} is left to the next hostd", host);
    } catch (DeposedException e) {
      LOG.warn("the drain of host={} is led here no more: {}", host, e.getMessage());
    }
  }

  /** A round; one that fails because something does not answer is done again. */
  private boolean roundOrLater() throws DeposedException {
    try {
      return round();
    } catch (DeposedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      LOG.warn("the drain of host={} goes on later: {}", host, e.getMessage());
      return true;
    }
  }

  /** Looks what has become of moves and begins others; whether there is more to do. */
  private boolean round() throws IOException {
    Optional<DrainRecord> found = context.inventory().drains().find(host);
    if (found.isEmpty()) {
      return false;
    }
    DrainRecord drain = settle(found.get());
    if (drain.state() != DrainRecord.State.RUNNING) {
      return moving(drain) > 0;
    }
    boolean left = false;
    for (PairRecord pair : pairsHere()) {
      Optional<Result> before = Optional.ofNullable(drain.results().get(pair.name()));
      boolean settled = before.map(result -> result.outcome() != Outcome.MOVED).orElse(false);
      if (!settled) {
        left = true;
        if (moving(drain) < drain.parallelism()) {
          drain = begin(drain, pair);
        }
      }
    }
    boolean arriving = planner.running().stream().anyMatch(move -> move.to().equals(host));
    if (left || arriving || moving(drain) > 0) {
      return true;
    }
    return !finish();
  }

  /** Whether it is done; not if somebody wants pairs tried again, or has paused it. */
  private boolean finish() throws IOException {
    Optional<DrainRecord> done =
        context
            .inventory()
            .drains()
            .under(leadership)
            .update(
                host,
                before ->
                    before.state() == DrainRecord.State.RUNNING && moving(before) == 0
                        ? before.withState(DrainRecord.State.DONE)
                        : before);
    done.ifPresent(
        drain ->
            context
                .auditor()
                .tell(
                    "drain-done",
                    "about",
                    host,
                    "moved",
                    Long.toString(count(drain, Outcome.MOVED)),
                    "stayed",
                    Long.toString(count(drain, Outcome.STAYED))));
    return true;
  }

  private List<PairRecord> pairsHere() throws IOException {
    return context.inventory().pairs().all().stream()
        .filter(pair -> pair.host().equals(host))
        .toList();
  }

  private DrainRecord begin(DrainRecord drain, PairRecord pair) throws IOException {
    Optional<MigrationRecord> moving = planner.runningOf(pair.name());
    if (moving.isPresent()) {
      return note(drain, pair.name(), result(Outcome.MOVING, moving.get(), ""));
    }
    try {
      MigrationRecord begun =
          moves.begin(new MigrationRequest(pair.name(), Optional.empty(), Optional.empty()));
      return note(drain, pair.name(), result(Outcome.MOVING, begun, ""));
    } catch (ControlException e) {
      boolean mayChange = e.reason() == ControlException.Reason.UNAVAILABLE || moving(drain) > 0;
      if (mayChange) {
        LOG.debug("pair={} waits: {}", pair.name(), e.getMessage());
        return drain;
      }
      return note(drain, pair.name(), new Result(Outcome.STAYED, Optional.empty(), e.getMessage()));
    }
  }

  /** Says of moves that have ended what became of them. */
  private DrainRecord settle(DrainRecord before) throws IOException {
    DrainRecord drain = before;
    for (Map.Entry<String, Result> entry : before.results().entrySet()) {
      if (entry.getValue().outcome() != Outcome.MOVING) {
        continue;
      }
      Optional<MigrationRecord> move =
          context.inventory().migrations().find(entry.getValue().migration().orElse("none"));
      if (move.isEmpty()) {
        drain = forget(drain, entry.getKey()); // nobody remembers it: where it is tells
      } else if (move.get().state() == MigrationRecord.State.CALLED_OFF) {
        drain = calledOff(drain, entry.getKey(), move.get());
      } else if (move.get().state().hasEnded()) {
        drain = note(drain, entry.getKey(), result(Outcome.MOVED, move.get(), ""));
      }
    }
    return drain;
  }

  private DrainRecord calledOff(DrainRecord drain, String pair, MigrationRecord move)
      throws IOException {
    int times = calledOff.merge(pair, 1, Integer::sum);
    if (times < ATTEMPTS) {
      return forget(drain, pair);
    }
    calledOff.remove(pair);
    return note(
        drain, pair, result(Outcome.STAYED, move, move.failure().orElse("it was called off")));
  }

  private DrainRecord note(DrainRecord drain, String pair, Result result) throws IOException {
    if (result.outcome() != Outcome.MOVING) {
      context
          .auditor()
          .tell(
              "drain-pair",
              "about",
              host,
              "pair",
              pair,
              "outcome",
              result.outcome().name(),
              "why",
              result.why());
    }
    return update(drain, before -> before.withResult(pair, result));
  }

  private DrainRecord forget(DrainRecord drain, String pair) throws IOException {
    return update(
        drain,
        before -> {
          Map<String, Result> results = new HashMap<>(before.results());
          results.remove(pair);
          return new DrainRecord(
              before.host(), before.state(), before.parallelism(), before.started(), results);
        });
  }

  /** The drain as it is then; if it was ended meanwhile, as it was. */
  private DrainRecord update(
      DrainRecord drain, java.util.function.UnaryOperator<DrainRecord> change) throws IOException {
    return context
        .inventory()
        .drains()
        .under(leadership)
        .update(host, change)
        .orElseGet(() -> change.apply(drain));
  }

  private static Result result(Outcome outcome, MigrationRecord move, String why) {
    return new Result(outcome, Optional.of(move.id()), why);
  }

  private static long moving(DrainRecord drain) {
    return count(drain, Outcome.MOVING);
  }

  private static long count(DrainRecord drain, Outcome outcome) {
    return drain.results().values().stream().filter(result -> result.outcome() == outcome).count();
  }
}
