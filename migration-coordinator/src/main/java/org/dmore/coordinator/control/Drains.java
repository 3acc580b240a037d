package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.HostRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The emptying of hosts. What is wanted stands in the store, whoever was asked; the drained host's
 * own hostd does it, and goes on with it after it was started again. Thread-safe.
 */
final class Drains implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drains.class);

  private final MoveContext context;
  private final Moves moves;
  private final MovePlanner planner;
  private DrainRun run;
  private boolean closed;

  Drains(MoveContext context, Moves moves, MovePlanner planner) {
    this.context = context;
    this.moves = moves;
    this.planner = planner;
  }

  /** Begins to empty a host, or goes on: also with pairs that stayed. */
  DrainRecord begin(DrainRequest request) throws IOException {
    int parallelism =
        request.parallelism() == 0 ? context.settings().drainParallelism() : request.parallelism();
    RequestRules.parallelism(parallelism);
    HostRecord host = context.directory().record(request.host());
    if (!context.inventory().presentHosts().contains(host.name())) {
      throw new ControlException(
          Reason.UNAVAILABLE,
          "host=" + host.name() + " is not present: its own hostd is to empty it");
    }
    setState(host.name(), HostRecord.State.DRAINING); // before, so that none comes meanwhile
    DrainRecord fresh =
        new DrainRecord(
            host.name(),
            DrainRecord.State.RUNNING,
            parallelism,
            context.clock().instant(),
            Map.of());
    DrainRecord drain = fresh;
    if (!context.inventory().drains().create(fresh)) {
      drain =
          context
              .inventory()
              .drains()
              .update(host.name(), before -> goingOn(before, parallelism))
              .orElseThrow(() -> none(host.name()));
    }
    context
        .auditor()
        .tell("drain", "about", host.name(), "parallelism", Integer.toString(parallelism));
    look();
    return drain;
  }

  DrainRecord of(String host) throws IOException {
    HostRecord known = context.directory().record(host);
    return context.inventory().drains().find(known.name()).orElseThrow(() -> none(host));
  }

  DrainRecord pause(String host) throws IOException {
    HostRecord known = context.directory().record(host);
    DrainRecord paused =
        context
            .inventory()
            .drains()
            .update(
                known.name(),
                before ->
                    before.state() == DrainRecord.State.RUNNING
                        ? before.withState(DrainRecord.State.PAUSED)
                        : before)
            .orElseThrow(() -> none(host));
    if (paused.state() != DrainRecord.State.PAUSED) {
      throw new ControlException(
          Reason.CONFLICT, "the drain of host=" + host + " has ended: there is nothing to pause");
    }
    context.auditor().tell("drain-paused", "about", host);
    return paused;
  }

  void end(String host) throws IOException {
    HostRecord known = context.directory().record(host);
    boolean unused = context.inventory().drains().delete(known.name());
    setState(known.name(), HostRecord.State.ACTIVE);
    context.auditor().tell("undrain", "about", host);
  }

  /** Leads this host's drain, if there is one to lead and it is not led here already. */
  synchronized void look() throws IOException {
    if (run != null && run.isAlive()) {
      run.nudge();
      return;
    }
    String host = context.local().name();
    Optional<DrainRecord> drain = context.inventory().drains().find(host);
    if (closed || drain.isEmpty() || !DrainRun.hasWork(drain.get())) {
      return;
    }
    Optional<Leadership> leadership =
        Leadership.tryToLead(
            context.store(),
            "drain/" + Keys.nameOf(host),
            host,
            context.settings().leaderTtl(),
            () -> LOG.warn("the drain of host={} is led here no more", host));
    if (leadership.isPresent()) {
      run = new DrainRun(context, moves, planner, leadership.get());
      run.start();
    }
  }

  /** A move has ended: there may be room for the next. */
  synchronized void nudge() {
    if (run != null) {
      run.nudge();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (run != null) {
      run.close();
    }
  }

  /** Pairs that stayed are tried again. */
  private static DrainRecord goingOn(DrainRecord before, int parallelism) {
    Map<String, DrainRecord.Result> results = new HashMap<>(before.results());
    results.values().removeIf(result -> result.outcome() == DrainRecord.Outcome.STAYED);
    return new DrainRecord(
        before.host(), DrainRecord.State.RUNNING, parallelism, before.started(), results);
  }

  private void setState(String host, HostRecord.State state) throws IOException {
    Optional<HostRecord> unused =
        context.inventory().hosts().update(host, before -> before.withState(state));
  }

  private static ControlException none(String host) {
    return new ControlException(Reason.NOT_FOUND, "host=" + host + " is not being drained");
  }
}
