package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a move to its end whose leader is no more.
 *
 * <p>The journal says what may have been done; where the VMs are says what was. If either VM is at
 * the destination for good, the move has committed, and the rest of it is done: forward. Otherwise
 * both go on at the source: copies that stand undecided are given up, and the console takes its
 * devices up again, with the very ring that it let go. Everything here may be done twice, so that a
 * leader who crashes in it is followed by another in the same way.
 */
final class MoveRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(MoveRecovery.class);

  private final Move move;
  private final List<MigrationJournal.Entry> entries;
  private final Arrival arrival;
  private final Steps steps;

  /**
   * Prepares a recovery.
   *
   * @param entries the journal's lines of this move, oldest first
   */
  MoveRecovery(Move move, List<MigrationJournal.Entry> entries) {
    this.move = move;
    this.entries = entries;
    this.steps = new Steps(move, "recovering", entries);
    this.arrival = new Arrival(move, steps, new TransferClock());
  }

  /**
   * Does it.
   *
   * @throws MigrationFailedException if something stands in the way; it can be tried again
   */
  RecoveredMove run() throws MigrationFailedException, InterruptedException {
    try {
      return hasCommitted() ? goForward() : goBack();
    } catch (IOException | TimeoutException | RuntimeException e) {
      move.writeQuietly(
          steps.current(), MigrationJournal.Mark.FAILED, "recovering: " + Move.why(e));
      throw new MigrationFailedException(
          steps.current(),
          "migration=%s of pair=%s could not be brought to an end at step=%s: %s; it is tried again"
              .formatted(move.id(), move.pair(), steps.current(), Move.why(e)),
          e);
    }
  }

  private boolean hasCommitted() throws IOException {
    if (!begun(MigrationStep.START_DOMU)) {
      return false;
    }
    boolean noneAtSource = true;
    for (String guest : move.pair().guests()) {
      boolean atSource = runsAtSource(guest);
      noneAtSource &= !atSource;
      if (!atSource && move.to().find(guest).isPresent()) {
        return true;
      }
    }
    return noneAtSource
        && begun(MigrationStep.COMMIT)
        && move.to().find(move.pair().domR()).isPresent();
  }

  /** Then whatever is at the destination is not the VM. */
  private boolean runsAtSource(String guest) {
    try {
      return move.from().isRunning(guest);
    } catch (IOException e) {
      LOG.debug("host={} does not say what runs: {}", move.from().name(), Move.why(e));
      return false;
    }
  }

  private RecoveredMove goForward() throws IOException, InterruptedException, TimeoutException {
    LOG.info("migration={} of pair={} goes on after a crash", move.id(), move.pair());
    arrival.commit();
    Map<String, VmMigration> migrations = new HashMap<>();
    boolean anyIsThere = false;
    for (String guest : move.pair().guests()) {
      atSource(guest).ifPresent(migration -> migrations.put(guest, migration));
      anyIsThere |= move.to().find(guest).isPresent();
    }
    arrival.by(migrations, atSource(move.pair().domR()));
    forgetSource();
    if (anyIsThere) { // it has landed for good, if not ready
      arrival.prepare();
    }
    arrival.complete();
    move.write(steps.current(), MigrationJournal.Mark.ENDED, "moved");
    return new RecoveredMove(
        move.id(), move.to().name(), Optional.of(arrival.receipt(Duration.ZERO)));
  }

  /** The source may be gone, and its migrations with it: then what is here must do. */
  private Optional<VmMigration> atSource(String vm) {
    try {
      return move.from().migrationOf(vm);
    } catch (IOException e) {
      LOG.warn(
          "host={} does not say what became of vm={}: {}", move.from().name(), vm, Move.why(e));
      return Optional.empty();
    }
  }

  private void forgetSource() {
    try {
      for (String guest : move.pair().guests()) {
        Optional<String> sourceDomU = steps.fact(move.factOf(guest, Move.SOURCE_DOMU));
        if (sourceDomU.isPresent()) {
          move.from().agent().forgetDevices(DomainId.parse(sourceDomU.get()));
        }
      }
    } catch (IOException e) {
      LOG.warn("host={} was not told: {}", move.from().name(), Move.why(e));
    }
  }

  private RecoveredMove goBack() throws IOException, InterruptedException, TimeoutException {
    LOG.info("migration={} of pair={} is undone after a crash", move.id(), move.pair());
    try {
      undo(MigrationStep.START_DOMU, this::abortUserVms);
    } catch (IOException e) {
      LOG.info("{}", Move.why(e));
      if (landsAllTheSame()) {
        return goForward();
      }
      undo(MigrationStep.START_DOMU, this::abortUserVms); // it has failed by itself
    }
    if (hasCommitted()) { // it landed for good between two looks, and nothing was left to call off
      return goForward();
    }
    undo(MigrationStep.MOVE_DOMR, () -> abort(move.pair().domR()));
    Optional<DomainId> domR = move.from().find(move.pair().domR());
    boolean whole = domR.isPresent();
    for (String guest : move.pair().guests()) {
      Optional<DomainId> domU = move.from().find(guest);
      whole &= domU.isPresent();
      if (domR.isPresent() && domU.isPresent()) {
        takeConsoleUp(guest, domR.get(), domU.get());
      }
    }
    String end = whole ? "" : ", and a VM is there no more: it has ended";
    move.write(steps.current(), MigrationJournal.Mark.ENDED, "called off after a crash" + end);
    return new RecoveredMove(move.id(), move.from().name(), Optional.empty());
  }

  /**
   * What a leader before has begun cannot always be called off: a user VM that moves by a toolstack
   * that decides by itself is waited for, so that it goes on as soon as it is there.
   */
  private boolean landsAllTheSame() throws IOException, InterruptedException, TimeoutException {
    for (String guest : move.pair().guests()) {
      Optional<VmMigration> migration = move.from().migrationOf(guest);
      if (migration.isPresent() && migration.get().landsForGood()) {
        LOG.info("vm={} is waited for: its move goes on", guest);
        try {
          migration.get().awaitLanded(move.settings().domUCopy());
        } catch (IOException e) {
          LOG.info("vm={} did not land: {}", guest, Move.why(e));
        }
      }
    }
    return hasCommitted();
  }

  private void takeConsoleUp(String guest, DomainId domR, DomainId domU)
      throws IOException, InterruptedException, TimeoutException {
    move.from().agent().adoptDevices(domR, domU);
    if (begun(MigrationStep.DETACH)) {
      undo(
          MigrationStep.DETACH,
          () -> move.atSource(guest, ControlMessage.REATTACH, Map.of(), move.settings().answer()));
    }
    if (begun(MigrationStep.START_DOMU)) { // it may have stood still before anything was held
      undo(MigrationStep.HOLD, () -> move.letInputFlowAtSource(guest));
    }
  }

  private void abortUserVms() throws IOException, InterruptedException {
    for (String guest : move.pair().guests()) {
      abort(guest);
      if (runsAtSource(guest)) {
        move.giveUpAtDestination(guest);
      }
    }
  }

  private void abort(String vm) throws IOException, InterruptedException {
    Optional<VmMigration> migration = move.from().migrationOf(vm);
    if (migration.isPresent()) {
      migration.get().abort();
    }
  }

  private void undo(MigrationStep step, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    steps.at(step);
    action.run();
    move.write(step, MigrationJournal.Mark.UNDONE, "recovering");
  }

  private boolean begun(MigrationStep wanted) {
    return entries.stream()
        .anyMatch(entry -> entry.step() == wanted && entry.mark() == MigrationJournal.Mark.BEGIN);
  }
}
