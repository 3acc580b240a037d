package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.Inventory;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.coordinator.token.TokenIssuer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One host's part in the control plane: what a {@code hostd} does. It announces its host, keeps the
 * consoles of its pairs attached, leads the moves of its pairs and takes up those that were left,
 * and empties the host. What is another host's to do it asks that host's hostd for.
 */
public final class HostControl implements ControlPlane, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostControl.class);

  private final ControlSettings settings;
  private final Auditor auditor;
  private final HostDirectory directory;
  private final MovePlanner planner;
  private final HostPresence presence;
  private final PairRegistry pairs;
  private final HostRegistry hosts;
  private final Moves moves;
  private final MoveRegistry moveRegistry;
  private final Drains drains;
  private final Consoles consoles;
  private final ExecutorService notes;
  private final Thread caretaker;
  private volatile boolean closed;

  /**
   * Prepares it; nothing happens before {@link #start}. Host and store stay the caller's to close.
   *
   * @param api where others reach this hostd, as a URI
   * @param local this host, under the name that it is announced by
   * @param issuer issues tokens; empty if none are to be had here
   */
  public HostControl(
      String api,
      VmHost local,
      StateStore store,
      Peers peers,
      ControlSettings settings,
      Clock clock,
      Optional<TokenIssuer> issuer,
      AuditSink audit) {
    this.settings = settings;
    Inventory inventory = new Inventory(store);
    auditor = new Auditor(local.name(), clock, audit);
    directory = new HostDirectory(local, inventory, peers);
    planner = new MovePlanner(local, inventory, directory);
    presence = new HostPresence(local, api, inventory, settings, clock);
    notes = Executors.newSingleThreadExecutor(task -> daemon(task, "hostd-notes"));
    MoveContext context =
        new MoveContext(
            local, store, inventory, directory, settings, auditor, clock, this::writeLater);
    PairLocks locks = new PairLocks();
    hosts = new HostRegistry(context);
    pairs = new PairRegistry(context, planner, locks);
    moves = new Moves(context, planner, locks, presence::isHeld, this::moveEnded);
    moveRegistry = new MoveRegistry(context, moves);
    drains = new Drains(context, moves, planner);
    consoles = new Consoles(context, pairs, locks, issuer);
    caretaker = daemon(this::takeCare, "hostd-" + local.name());
  }

  /**
   * Announces the host, and takes up what was left.
   *
   * @throws ControlException if another process that lives is this host's hostd
   * @throws IOException if the store or the host does not answer
   */
  public void start() throws IOException {
    presence.start();
    auditor.tell("hostd-started");
    look();
    caretaker.start();
  }

  @Override
  public List<HostStatus> hosts() throws IOException {
    return hosts.all();
  }

  @Override
  public HostStatus editHost(String host, HostEdit edit) throws IOException {
    return auditor.refusals("edit-host", host, () -> hosts.edit(host, edit));
  }

  @Override
  public List<PairStatus> pairs() throws IOException {
    return pairs.all();
  }

  @Override
  public PairStatus pair(String name) throws IOException {
    return pairs.one(name);
  }

  @Override
  public PairStatus definePair(PairRecord pair) throws IOException {
    return auditor.refusals("define-pair", pair.name(), () -> pairs.define(pair));
  }

  @Override
  public void forgetPair(String name) throws IOException {
    Optional<ControlPlane> other = elsewhere(name);
    if (other.isPresent()) {
      other.get().forgetPair(name);
      return;
    }
    PairStatus unused =
        auditor.refusals(
            "forget-pair",
            name,
            () -> {
              PairStatus before = pairs.one(name);
              pairs.forget(name);
              return before;
            });
  }

  @Override
  public MigrationPlan plan(MigrationRequest request) throws IOException {
    Optional<ControlPlane> other = elsewhere(request.pair());
    if (other.isPresent()) {
      return other.get().plan(request);
    }
    return planner.examine(directory.pair(request.pair()), request.to()).plan();
  }

  @Override
  public MigrationStatus migrate(MigrationRequest request) throws IOException {
    Optional<ControlPlane> other = elsewhere(request.pair());
    if (other.isPresent()) {
      return other.get().migrate(request);
    }
    return auditor.refusals(
        "migrate",
        request.pair(),
        () -> {
          MigrationRecord begun = moves.begin(request);
          return new MigrationStatus(begun, moves.progress(begun.id()), List.of());
        });
  }

  @Override
  public List<MigrationStatus> migrations() throws IOException {
    return moveRegistry.all();
  }

  @Override
  public MigrationStatus migration(String id) throws IOException {
    return moveRegistry.one(id);
  }

  @Override
  public MigrationStatus cancel(String id) throws IOException {
    Optional<ControlPlane> other = moveRegistry.elsewhere(id);
    return other.isPresent()
        ? other.get().cancel(id)
        : auditor.refusals("cancel", id, () -> moveRegistry.cancel(id));
  }

  @Override
  public DrainRecord drain(DrainRequest request) throws IOException {
    return auditor.refusals("drain", request.host(), () -> drains.begin(request));
  }

  @Override
  public DrainRecord drainOf(String host) throws IOException {
    return drains.of(host);
  }

  @Override
  public DrainRecord pauseDrain(String host) throws IOException {
    return auditor.refusals("pause-drain", host, () -> drains.pause(host));
  }

  @Override
  public HostStatus undrain(String host) throws IOException {
    return auditor.refusals(
        "undrain",
        host,
        () -> {
          drains.end(host);
          return hosts.one(host);
        });
  }

  @Override
  public ConsoleAccess openConsole(ConsoleRequest request) throws IOException {
    Optional<ControlPlane> other = elsewhere(request.pair());
    return other.isPresent()
        ? other.get().openConsole(request)
        : auditor.refusals("open-console", request.pair(), () -> consoles.open(request));
  }

  @Override
  public void revokeAccess(String pair, Map<String, String> which) throws IOException {
    Optional<ControlPlane> other = elsewhere(pair);
    if (other.isPresent()) {
      other.get().revokeAccess(pair, which);
      return;
    }
    boolean unused =
        auditor.refusals(
            "revoke-access",
            pair,
            () -> {
              consoles.revoke(pair, which);
              return true;
            });
  }

  @Override
  public void power(String pair, Optional<String> guest, PowerAction action)
      throws IOException, InterruptedException {
    Optional<ControlPlane> other = elsewhere(pair);
    if (other.isPresent()) {
      other.get().power(pair, guest, action);
    } else {
      consoles.power(pair, guest, action);
    }
  }

  /**
   * Ends: moves that have not committed are called off, those that have are left to the next
   * process, and the host is not present any more. Waits for a bounded time.
   */
  @Override
  public void close() {
    closed = true;
    caretaker.interrupt();
    drains.close();
    moves.close();
    notes.shutdownNow();
    presence.close();
  }

  /** The hostd of a pair's host, if that is another. */
  private Optional<ControlPlane> elsewhere(String pair) throws IOException {
    String host = directory.pair(pair).host();
    return directory.isLocal(host) ? Optional.empty() : Optional.of(directory.control(host));
  }

  private void writeLater(Runnable note) {
    try {
      notes.execute(note);
    } catch (RejectedExecutionException e) {
      LOG.debug("hostd ends: a note is not written any more");
    }
  }

  private void moveEnded() {
    drains.nudge();
  }

  private void takeCare() {
    while (!closed) {
      try {
        Thread.sleep(settings.look().toMillis());
        look();
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  /** A thing to look after. */
  @FunctionalInterface
  private interface Duty {
    void carryOut() throws IOException;
  }

  private void look() {
    carryOut("presence", presence::look);
    carryOut("moves without a leader", moves::takeUpOrphans);
    carryOut("consoles", pairs::follow);
    carryOut("tokens", consoles::introduceAnew);
    carryOut("drain", drains::look);
  }

  /** One that fails does not keep the others from being looked after, and is done again. */
  private void carryOut(String what, Duty duty) {
    try {
      if (!closed) {
        duty.carryOut();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: {}", what, e.getMessage());
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
