package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
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
  private MigrationStep step = MigrationStep.CHECK;

  /**
   * Prepares a recovery.
   *
   * @param entries the journal's lines of this move, oldest first
   */
  MoveRecovery(Move move, List<MigrationJournal.Entry> entries) {
    this.move = move;
    this.entries = entries;
    this.arrival = new Arrival(move);
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
      move.writeQuietly(step, MigrationJournal.Mark.FAILED, "recovering: " + Move.why(e));
      throw new MigrationFailedException(
          step,
          "migration=%s of pair=%s could not be brought to an end at step=%s: %s; it is tried again"
              .formatted(move.id(), move.pair(), step, Move.why(e)),
          e);
    }
  }

  private boolean hasCommitted() throws IOException {
    return begun(MigrationStep.COMMIT)
        && (move.to().find(move.pair().domU()).isPresent()
            || move.to().find(move.pair().domR()).isPresent());
  }

  private RecoveredMove goForward()
      throws IOException, InterruptedException, TimeoutException, MigrationFailedException {
    LOG.info("migration={} of pair={} goes on after a crash", move.id(), move.pair());
    perform(MigrationStep.COMMIT, this::commitTheRest);
    perform(MigrationStep.RESUME, arrival::resume);
    perform(
        MigrationStep.ATTACH,
        () -> {
          move.to()
              .agent()
              .adoptDevices(
                  Move.idOf(move.to(), move.pair().domR()),
                  Move.idOf(move.to(), move.pair().domU()));
          arrival.attach(fact(Move.IN_CONS).orElse(ControlMessage.UNKNOWN));
        });
    ControlMessage[] verified = new ControlMessage[1];
    perform(MigrationStep.VERIFY, () -> verified[0] = arrival.verify());
    move.write(step, MigrationJournal.Mark.ENDED, "moved");
    return new RecoveredMove(
        move.id(),
        move.to().name(),
        Optional.of(arrival.receipt(verified[0], Duration.ZERO, Duration.ZERO)));
  }

  private void commitTheRest() throws IOException, InterruptedException, TimeoutException {
    Optional<String> sourceDomU = fact(Move.SOURCE_DOMU);
    if (sourceDomU.isPresent()) {
      move.from().agent().forgetDevices(DomainId.parse(sourceDomU.get()));
    }
    for (String vm : new String[] {move.pair().domU(), move.pair().domR()}) {
      if (move.to().find(vm).isEmpty()) {
        VmMigration migration =
            move.from()
                .migrationOf(vm)
                .orElseThrow(
                    () ->
                        new IOException(
                            "vm=%s is not on host=%s and does not move there, but the move has committed"
                                .formatted(vm, move.to().name())));
        migration.awaitLanded(move.settings().domULanding());
        migration.complete();
      }
    }
  }

  private RecoveredMove goBack() throws IOException, InterruptedException, TimeoutException {
    LOG.info("migration={} of pair={} is undone after a crash", move.id(), move.pair());
    undo(MigrationStep.MOVE_DOMR, () -> abort(move.pair().domR()));
    undo(MigrationStep.START_DOMU, () -> abort(move.pair().domU()));
    DomainId domR = Move.idOf(move.from(), move.pair().domR());
    DomainId domU = Move.idOf(move.from(), move.pair().domU());
    move.from().agent().adoptDevices(domR, domU);
    Duration answer = move.settings().answer();
    if (begun(MigrationStep.DETACH)) {
      undo(MigrationStep.DETACH, () -> move.atSource(ControlMessage.REATTACH, Map.of(), answer));
    }
    if (begun(MigrationStep.START_DOMU)) { // it may have stood still before anything was held
      undo(MigrationStep.HOLD, move::letInputFlowAtSource);
    }
    move.write(step, MigrationJournal.Mark.ENDED, "called off after a crash");
    return new RecoveredMove(move.id(), move.from().name(), Optional.empty());
  }

  private void abort(String vm) throws IOException, InterruptedException {
    Optional<VmMigration> migration = move.from().migrationOf(vm);
    if (migration.isPresent()) {
      migration.get().abort();
    }
  }

  private void perform(MigrationStep next, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    step = next;
    move.write(step, MigrationJournal.Mark.BEGIN, "recovering");
    move.listener().beginning(step);
    action.run();
    move.write(step, MigrationJournal.Mark.DONE, "recovering");
  }

  private void undo(MigrationStep next, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    step = next;
    action.run();
    move.write(step, MigrationJournal.Mark.UNDONE, "recovering");
  }

  private boolean begun(MigrationStep wanted) {
    return entries.stream()
        .anyMatch(entry -> entry.step() == wanted && entry.mark() == MigrationJournal.Mark.BEGIN);
  }

  /** A fact that was written; the last word counts. */
  private Optional<String> fact(String name) {
    return entries.stream()
        .map(entry -> Optional.ofNullable(entry.facts().get(name)))
        .flatMap(Optional::stream)
        .reduce((earlier, later) -> later);
  }
}
