package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
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
 * <p>Several user VMs with one DomR move as one does: their copying begins together, DomR moves
 * when the last of them is about to land, and all are let go at once, or none. So those that land
 * first stand still until the last has, and the bound is for the first.
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
  private final List<UserVm> userVms;
  private final TransferClock domRClock = new TransferClock();

  private final Deque<Undo> undos = new ArrayDeque<>();
  private volatile boolean cancelled;
  private volatile boolean committed;
  private boolean ended;
  private VmMigration domR;

  /** One user VM in its move. */
  private static final class UserVm {
    private final String name;
    private final TransferClock clock = new TransferClock();
    private VmMigration migration;
    private DomainId sourceId;

    UserVm(String name) {
      this.name = name;
    }

    /** Whether it has landed now, or had before. */
    boolean hasLanded() throws IOException, InterruptedException {
      return PairMigration.hasLanded(migration);
    }
  }

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
    this.userVms = pair.guests().stream().map(UserVm::new).toList();
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
      Map<String, VmMigration> migrations = new HashMap<>();
      for (UserVm domU : userVms) {
        migrations.put(domU.name, domU.migration);
        undoBy(MigrationStep.DEVICES, () -> to.agent().forgetDevices(arrival.domUId(domU.name)));
      }
      arrival.by(migrations, Optional.ofNullable(domR));
      arrival.prepare();
      if (!committed) {
        checkCancelled(); // whoever asked was told that it was called off
      }
      steps.perform(MigrationStep.COMMIT, this::commit);
      arrival.complete();
      move.write(steps.current(), MigrationJournal.Mark.ENDED, "moved");
      ended = true;
      return arrival.receipt(skew());
    } catch (IOException | TimeoutException | RuntimeException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      LOG.info("{}", failed(e).getMessage());
      throw e;
    }
  }

  /** How much later than the last user VM DomR landed. */
  private Duration skew() {
    return userVms.stream()
        .flatMap(domU -> domRClock.landedAfter(domU.clock).stream())
        .min(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private void untilLanded() throws IOException, InterruptedException, TimeoutException {
    perform(MigrationStep.CHECK, this::check);
    perform(MigrationStep.START_DOMU, this::startUserVms);
    awaitTimeForDomR();
    perform(MigrationStep.HOLD, this::hold);
    perform(MigrationStep.DETACH, this::detach);
    perform(MigrationStep.MOVE_DOMR, this::moveDomR);
    perform(MigrationStep.LAND_DOMU, this::landUserVms);
  }

  /**
   * Something failed. Where the user VM moves by a toolstack that decides by itself it is called
   * off first of all, since that may come too late; then it is at the destination, and there is
   * only forward, with a console that may have to be brought or made anew.
   */
  private void goOnIfDomUHasLandedForGood(Exception failure)
      throws IOException, TimeoutException, InterruptedException {
    UserVm domU = userVms.get(0); // such a one has its DomR for itself
    boolean forGood =
        domU.migration != null && domU.migration.landsForGood() && userVms.size() == 1;
    if (!(failure instanceof DeposedException) && forGood) {
      move.checkMayAct();
      try {
        domU.migration.abort();
      } catch (IOException e) {
        if (!domU.hasLanded()) { // it can neither be called off nor is it there yet
          awaitLanded(domU.migration, settings.domUCopy());
        }
        LOG.warn(
            "migration={} cannot be called off after {}: {}",
            move.id(),
            Move.why(failure),
            Move.why(e));
        noteLanded(domU);
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
    for (String vm : pair.vms()) {
      if (!from.isRunning(vm)) {
        throw new IOException("vm=" + vm + " does not run on host=" + from.name());
      }
      if (to.find(vm).isPresent()) {
        throw new IOException("host=" + to.name() + " has a vm=" + vm + " already");
      }
    }
    // Written before anything begins that might not be stopped.
    for (UserVm domU : userVms) {
      domU.sourceId = Move.idOf(from, domU.name);
      steps.learn(move.factOf(domU.name, Move.SOURCE_DOMU), domU.sourceId.toString());
    }
    learnKeyboardFrames();
    long needed = 0;
    for (String vm : pair.vms()) {
      needed += from.memoryOf(vm);
    }
    if (to.freeMemory() < needed) {
      throw new IOException(
          "host=" + to.name() + " has free bytes=" + to.freeMemory() + ", needed=" + needed);
    }
  }

  private void startUserVms() throws IOException {
    for (UserVm domU : userVms) {
      domU.migration = from.migrate(domU.name, to);
      undoBy(steps.current(), () -> keep(domU));
      if (pair.isShared() && domU.migration.landsForGood()) {
        throw new IOException(
            "vm=%s is moved by a toolstack that lets it go when it lands, and vm=%s serves others"
                    .formatted(domU.name, pair.domR())
                + " too: they can move together if all are xl's, or each with a console VM of its"
                + " own");
      }
    }
  }

  /**
   * Has the user VM go on at the source. If it stood still it has let go of all keys, perhaps after
   * its console was back, or before that was held: consoled is told once more, in the words that
   * have it press again what is held.
   */
  private void keep(UserVm domU) throws IOException, InterruptedException {
    domU.migration.abort();
    move.giveUpAtDestination(domU.name);
    if (!domU.migration.standingStill().isZero()) {
      move.letInputFlowAtSource(domU.name);
    }
  }

  /** Watches the user VMs' copying until DomR's own move just fits into what remains. */
  private void awaitTimeForDomR() throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + settings.domUCopy().toNanos();
    while (!domRFitsIn()) {
      checkCancelled();
      checkNoneWaits();
      try {
        for (UserVm domU : userVms) {
          domU.migration.awaitLanded(LOOK);
        }
        return; // faster than thought
      } catch (TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** Whether it does into what remains of the one that is behind the others. */
  private boolean domRFitsIn() throws IOException {
    move.listener().progress(MigrationStep.START_DOMU, progress());
    for (UserVm domU : userVms) {
      if (!domRFitsInto(domU.migration.progress())) {
        return false;
      }
    }
    return true;
  }

  /** How far the user VMs are, together. */
  private VmMigration.Progress progress() {
    return userVms.stream()
        .map(domU -> domU.migration.progress())
        .reduce(VmMigration.Progress::with)
        .orElseThrow();
  }

  /** By what former moves took; for the first, by bytes, since both are copied at one pace. */
  private boolean domRFitsInto(VmMigration.Progress progress) throws IOException {
    return expectedDomRMove.isZero()
        ? progress.bytesTotal() - progress.bytesDone() <= from.memoryOf(pair.domR())
        : progress.remaining().compareTo(expectedDomRMove) <= 0;
  }

  private void hold() throws IOException, InterruptedException {
    for (UserVm domU : userVms) {
      undoBy(() -> move.atSource(domU.name, ControlMessage.RELEASE, Map.of(), settings.answer()));
      move.atSource(
          domU.name,
          ControlMessage.HOLD,
          Map.of("drain-millis", Long.toString(settings.drain().toMillis())),
          settings.answer().plus(settings.drain()));
    }
  }

  private void detach() throws IOException, InterruptedException {
    learnKeyboardFrames();
    for (UserVm domU : userVms) {
      undoBy(() -> move.atSource(domU.name, ControlMessage.REATTACH, Map.of(), settings.answer()));
      move.atSource(domU.name, ControlMessage.DETACH, Map.of(), settings.answer());
    }
    steps.learn(Move.DETACHED, "true");
  }

  private void learnKeyboardFrames() throws IOException {
    for (UserVm domU : userVms) {
      OptionalLong frame = from.agent().keyboardFrame(domU.sourceId);
      if (frame.isPresent()) {
        steps.learn(move.factOf(domU.name, Move.KEYBOARD_FRAME), Long.toString(frame.getAsLong()));
      }
    }
  }

  private void moveDomR() throws IOException, InterruptedException, TimeoutException {
    domRClock.begin();
    long deadline = System.nanoTime() + settings.domRMove().toNanos();
    domR = from.migrate(pair.domR(), to);
    undoBy(domR::abort);
    while (!landed(domR, deadline)) {
      for (UserVm domU : userVms) {
        if (domU.hasLanded()) {
          noteLanded(domU);
        }
        if (isPausedTooLong(domU)) {
          LOG.warn("vm={} goes on and does not wait for its console", domU.name);
          return; // for good: it follows when it comes
        }
      }
    }
    domRClock.land();
  }

  private void landUserVms() throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + settings.domULanding().toNanos();
    for (UserVm domU : userVms) {
      while (!landed(domU.migration, deadline)) {
        checkNoneWaits();
      }
      noteLanded(domU);
    }
  }

  /** Of several user VMs some may have landed, and stand still. */
  private void checkNoneWaits() throws TimeoutException {
    if (pair.isShared()) {
      for (UserVm domU : userVms) {
        boolean unused = isPausedTooLong(domU); // fails, since none has landed for good
      }
    }
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
  private void noteLanded(UserVm domU) {
    domU.clock.land();
    if (domU.migration.landsForGood()) {
      committed = true;
      arrival.commit();
    }
  }

  /**
   * Whether a user VM that has landed for good must not wait for its DomR any longer.
   *
   * @throws TimeoutException if it waits for too long and can still go back
   */
  private boolean isPausedTooLong(UserVm domU) throws TimeoutException {
    Duration stood = domU.migration.standingStill();
    boolean lands = domU.migration.landsForGood() && !committed;
    if (stood.compareTo(settings.pausedBound()) <= 0 || lands) {
      return false;
    }
    if (committed) {
      return true;
    }
    throw new TimeoutException(
        "vm=%s has stood still for millis=%d while %s, bound=%d"
            .formatted(
                domU.name,
                stood.toMillis(),
                pair.isShared() ? "DomR and the others move" : "DomR moves",
                settings.pausedBound().toMillis()));
  }

  private void commit() throws IOException, InterruptedException {
    committed = true;
    arrival.commit();
    for (UserVm domU : userVms) {
      from.agent().forgetDevices(domU.sourceId);
      if (!domU.migration.landsForGood()) {
        domU.migration.complete();
      }
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
              .formatted(
                  move.id(), pair, failedStep, why, String.join(",", pair.guests()), to.name()),
          cause);
    }
    if (undoAll()) {
      move.writeQuietly(failedStep, MigrationJournal.Mark.ENDED, "called off: " + why);
      ended = true;
    }
    move.listener().calledOff(failedStep, why);
    return new MigrationFailedException(
        failedStep,
        "migration=%s of pair=%s was called off at step=%s: %s; %s VMs go on at host=%s"
            .formatted(
                move.id(), pair, failedStep, why, pair.isShared() ? "all" : "both", from.name()),
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
