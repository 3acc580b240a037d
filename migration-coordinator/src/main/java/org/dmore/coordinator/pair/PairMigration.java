package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One move of a pair: the state machine.
 *
 * <p>The user VM's copying begins first, because it takes longest and can be watched. When what
 * remains of it is about what DomR's own move takes, DomR is held, detached and moved, so that it
 * lands just before the user VM does. Both then stand suspended at the source and paused at the
 * destination; only when the receipt is read and the devices' nodes stand are both let go,
 * together. Until that commit everything can be undone, and is, in reverse, when a step fails: at
 * no time do two copies of a VM run, and a user VM that is stopped waits for its DomR no longer
 * than {@link MigrationSettings#pausedBound}.
 *
 * <p>{@link #run} is called once, on the thread that carries the move out; {@link #cancel} from
 * any.
 */
final class PairMigration {
  private static final Logger LOG = LoggerFactory.getLogger(PairMigration.class);

  /** Between two looks at how far a migration is. */
  private static final Duration LOOK = Duration.ofMillis(1);

  private static final Duration LONG_LOOK = Duration.ofMillis(20);

  private final Move move;
  private final Pair pair;
  private final VmHost from;
  private final VmHost to;
  private final MigrationSettings settings;
  private final Steps steps;
  private final Arrival arrival;
  private final Duration expectedDomRMove;
  private final TransferClock domUClock = new TransferClock();
  private final TransferClock domRClock = new TransferClock();

  private final Deque<Undo> undos = new ArrayDeque<>();
  private volatile boolean cancelled;
  private volatile boolean committed;
  private boolean ended;
  private VmMigration domU;
  private VmMigration domR;
  private DomainId sourceDomU;

  /** How one step is undone. */
  private record Undo(MigrationStep step, Move.Action action) {}

  PairMigration(Move move, Duration expectedDomRMove) {
    this.move = move;
    this.pair = move.pair();
    this.from = move.from();
    this.to = move.to();
    this.settings = move.settings();
    this.steps = new Steps(move, "", List.of());
    this.arrival = new Arrival(move, steps, domRClock);
    this.expectedDomRMove = expectedDomRMove;
  }

  /** Asks for the move to be called off; false if it has committed and can only go forward. */
  boolean cancel() {
    cancelled = true;
    return !committed;
  }

  /** Whether nothing of it is left to do or to undo. */
  boolean hasEnded() {
    return ended;
  }

  /** How long DomR's own move took, once it has landed, in time or late. */
  Optional<Duration> domRMove() {
    return domRClock.took();
  }

  MigrationReceipt run() throws MigrationFailedException, InterruptedException {
    try {
      try {
        untilLanded();
      } catch (IOException | TimeoutException | RuntimeException e) {
        goOnIfDomUHasLandedForGood(e);
      }
      arrival.by(Optional.of(domU), Optional.ofNullable(domR));
      undoBy(MigrationStep.DEVICES, () -> to.agent().forgetDevices(arrival.domUId()));
      arrival.prepare();
      if (!committed) {
        checkCancelled(); // whoever asked was told that it was called off
      }
      steps.perform(MigrationStep.COMMIT, this::commit);
      arrival.complete();
      move.write(steps.current(), MigrationJournal.Mark.ENDED, "moved");
      ended = true;
      return arrival.receipt(domRClock.landedAfter(domUClock).orElse(Duration.ZERO));
    } catch (IOException | TimeoutException | RuntimeException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      LOG.info("{}", failed(e).getMessage());
      throw e;
    }
  }

  private void untilLanded() throws IOException, InterruptedException, TimeoutException {
    perform(MigrationStep.CHECK, this::check);
    perform(MigrationStep.START_DOMU, this::startDomU);
    awaitTimeForDomR();
    perform(MigrationStep.HOLD, this::hold);
    perform(MigrationStep.DETACH, this::detach);
    perform(MigrationStep.MOVE_DOMR, this::moveDomR);
    perform(MigrationStep.LAND_DOMU, this::landDomU);
  }

  /**
   * Something failed. Where the user VM moves by a toolstack that decides by itself it is called
   * off first of all, since that may come too late; then it is at the destination, and there is
   * only forward, with a console that may have to be brought or made anew.
   */
  private void goOnIfDomUHasLandedForGood(Exception failure)
      throws IOException, TimeoutException, InterruptedException {
    if (!(failure instanceof DeposedException) && domU != null && domU.landsForGood()) {
      move.checkMayAct();
      try {
        domU.abort();
      } catch (IOException e) {
        if (!hasLanded(domU)) { // it can neither be called off nor is it there yet
          awaitLanded(domU, settings.domUCopy());
        }
        LOG.warn(
            "migration={} cannot be called off after {}: {}",
            move.id(),
            Move.why(failure),
            Move.why(e));
        noteLanded();
        move.write(steps.current(), MigrationJournal.Mark.FAILED, Move.why(failure));
        return;
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof TimeoutException e) {
      throw e;
    }
    throw (RuntimeException) failure;
  }

  private void perform(MigrationStep step, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    checkCancelled();
    steps.perform(step, action);
  }

  private void check() throws IOException {
    if (from.name().equals(to.name())) {
      throw new IOException("host=" + to.name() + " is where it is already");
    }
    for (String vm : new String[] {pair.domU(), pair.domR()}) {
      if (!from.isRunning(vm)) {
        throw new IOException("vm=" + vm + " does not run on host=" + from.name());
      }
      if (to.find(vm).isPresent()) {
        throw new IOException("host=" + to.name() + " has a vm=" + vm + " already");
      }
    }
    // Written before anything begins that might not be stopped.
    sourceDomU = Move.idOf(from, pair.domU());
    steps.learn(Move.SOURCE_DOMU, sourceDomU.toString());
    learnKeyboardFrame();
    long needed = from.memoryOf(pair.domU()) + from.memoryOf(pair.domR());
    if (to.freeMemory() < needed) {
      throw new IOException(
          "host=" + to.name() + " has free bytes=" + to.freeMemory() + ", needed=" + needed);
    }
  }

  private void startDomU() throws IOException {
    domU = from.migrate(pair.domU(), to);
    undoBy(this::keepDomU);
  }

  /**
   * Has the user VM go on at the source. If it stood still it has let go of all keys, perhaps after
   * its console was back, or before that was held: consoled is told once more, in the words that
   * have it press again what is held.
   */
  private void keepDomU() throws IOException, InterruptedException {
    domU.abort();
    move.giveUpAtDestination(pair.domU());
    if (!domU.standingStill().isZero()) {
      move.letInputFlowAtSource();
    }
  }

  /** Watches the user VM's copying until DomR's own move just fits into what remains. */
  private void awaitTimeForDomR() throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + settings.domUCopy().toNanos();
    while (!domRFitsInto(domU.progress())) {
      checkCancelled();
      try {
        domU.awaitLanded(LOOK);
        return; // faster than thought
      } catch (TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** By what former moves took; for the first, by bytes, since both are copied at one pace. */
  private boolean domRFitsInto(VmMigration.Progress progress) throws IOException {
    move.listener().progress(MigrationStep.START_DOMU, progress);
    return expectedDomRMove.isZero()
        ? progress.bytesTotal() - progress.bytesDone() <= from.memoryOf(pair.domR())
        : progress.remaining().compareTo(expectedDomRMove) <= 0;
  }

  private void hold() throws IOException, InterruptedException {
    undoBy(() -> move.atSource(ControlMessage.RELEASE, Map.of(), settings.answer()));
    move.atSource(
        ControlMessage.HOLD,
        Map.of("drain-millis", Long.toString(settings.drain().toMillis())),
        settings.answer().plus(settings.drain()));
  }

  private void detach() throws IOException, InterruptedException {
    learnKeyboardFrame();
    undoBy(() -> move.atSource(ControlMessage.REATTACH, Map.of(), settings.answer()));
    move.atSource(ControlMessage.DETACH, Map.of(), settings.answer());
    steps.learn(Move.DETACHED, "true");
  }

  private void learnKeyboardFrame() throws IOException {
    OptionalLong frame = from.agent().keyboardFrame(sourceDomU);
    if (frame.isPresent()) {
      steps.learn(Move.KEYBOARD_FRAME, Long.toString(frame.getAsLong()));
    }
  }

  private void moveDomR() throws IOException, InterruptedException, TimeoutException {
    domRClock.begin();
    long deadline = System.nanoTime() + settings.domRMove().toNanos();
    domR = from.migrate(pair.domR(), to);
    undoBy(domR::abort);
    while (!landed(domR, deadline)) {
      if (hasLanded(domU)) {
        noteLanded();
      }
      if (isPausedTooLong()) {
        LOG.warn("vm={} goes on and does not wait for its console", pair.domU());
        return; // for good: it follows when it comes
      }
    }
    domRClock.land();
  }

  private void landDomU() throws IOException, InterruptedException, TimeoutException {
    awaitLanded(domU, settings.domULanding());
    noteLanded();
  }

  private void awaitLanded(VmMigration migration, Duration limit)
      throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!landed(migration, deadline)) {
      LOG.trace("migration={} step={} goes on", move.id(), steps.current());
    }
  }

  /** Waits for a moment; whether it has landed then. */
  private boolean landed(VmMigration migration, long deadline)
      throws IOException, InterruptedException, TimeoutException {
    move.listener().progress(steps.current(), migration.progress());
    checkCancelled();
    try {
      migration.awaitLanded(LONG_LOOK);
      return true;
    } catch (TimeoutException e) {
      if (System.nanoTime() > deadline) {
        throw e;
      }
      return false;
    }
  }

  private static boolean hasLanded(VmMigration migration) throws IOException, InterruptedException {
    try {
      migration.awaitLanded(Duration.ZERO);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** The user VM is paused at the destination; where it is for good, there is only forward. */
  private void noteLanded() {
    domUClock.land();
    if (domU.landsForGood()) {
      committed = true;
      arrival.commit();
    }
  }

  /**
   * Whether a user VM that has landed for good must not wait for its DomR any longer.
   *
   * @throws TimeoutException if it waits for too long and can still go back
   */
  private boolean isPausedTooLong() throws TimeoutException {
    Duration stood = domU.standingStill();
    if (stood.compareTo(settings.pausedBound()) <= 0 || (domU.landsForGood() && !committed)) {
      return false;
    }
    if (committed) {
      return true;
    }
    throw new TimeoutException(
        "vm=%s has stood still for millis=%d while DomR moves, bound=%d"
            .formatted(pair.domU(), stood.toMillis(), settings.pausedBound().toMillis()));
  }

  private void commit() throws IOException, InterruptedException {
    committed = true;
    arrival.commit();
    from.agent().forgetDevices(sourceDomU);
    if (!domU.landsForGood()) {
      domU.complete();
    }
    if (domRClock.hasLanded()) {
      domR.complete();
    }
  }

  private void undoBy(Move.Action action) {
    undoBy(steps.current(), action);
  }

  private void undoBy(MigrationStep step, Move.Action action) {
    undos.push(new Undo(step, action));
  }

  private MigrationFailedException failed(Exception cause) {
    MigrationStep failedStep = steps.current();
    String why = Move.why(cause);
    if (cause instanceof DeposedException || !move.journal().mayAct()) {
      return new MigrationFailedException(
          failedStep,
          "migration=%s of pair=%s is no longer led from here, which was at step=%s: %s"
              .formatted(move.id(), pair, failedStep, why),
          cause);
    }
    move.writeQuietly(failedStep, MigrationJournal.Mark.FAILED, why);
    if (committed) {
      return new MigrationFailedException(
          failedStep,
          "migration=%s of pair=%s failed at step=%s, after it had committed: %s; vm=%s is on host=%s"
              .formatted(move.id(), pair, failedStep, why, pair.domU(), to.name()),
          cause);
    }
    if (undoAll()) {
      move.writeQuietly(failedStep, MigrationJournal.Mark.ENDED, "called off: " + why);
      ended = true;
    }
    move.listener().calledOff(failedStep, why);
    return new MigrationFailedException(
        failedStep,
        "migration=%s of pair=%s was called off at step=%s: %s; both VMs go on at host=%s"
            .formatted(move.id(), pair, failedStep, why, from.name()),
        cause);
  }

  /** Undoes what was done, in reverse; false if something is left for the next leader. */
  private boolean undoAll() {
    boolean interrupted = Thread.interrupted(); // undoing must not be cut short
    boolean undone = true;
    while (!undos.isEmpty() && move.journal().mayAct()) {
      Undo next = undos.pop();
      steps.at(next.step());
      try {
        interrupted |= undo(next.action());
        move.writeQuietly(next.step(), MigrationJournal.Mark.UNDONE, "");
      } catch (IOException | TimeoutException | RuntimeException e) {
        LOG.error("migration={} step={} cannot be undone: {}", move.id(), next.step(), Move.why(e));
        move.writeQuietly(next.step(), MigrationJournal.Mark.FAILED, "undoing: " + Move.why(e));
        undone = false;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return undone && undos.isEmpty();
  }

  /** Undoes one step; an interrupt is kept for later and tells so. */
  private static boolean undo(Move.Action action) throws IOException, TimeoutException {
    boolean interrupted = false;
    while (true) {
      try {
        action.run();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  private void checkCancelled() throws IOException {
    if (cancelled) {
      throw new IOException("it was cancelled");
    }
  }
}
