package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
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
  private final Arrival arrival;
  private final Duration expectedDomRMove;

  private final Deque<Undo> undos = new ArrayDeque<>();
  private MigrationStep step = MigrationStep.CHECK;
  private volatile boolean cancelled;
  private volatile boolean committed;
  private boolean ended;
  private VmMigration domU;
  private VmMigration domR;
  private Duration domRMove;
  private DomainId sourceDomU;
  private OptionalLong keyboardFrame = OptionalLong.empty();
  private OptionalInt finalConsumer = OptionalInt.empty();
  private ControlMessage verified;

  /** Facts of the step that is being done. */
  private Map<String, String> facts = Map.of();

  /** How one step is undone. */
  private record Undo(MigrationStep step, Move.Action action) {}

  PairMigration(Move move, Duration expectedDomRMove) {
    this.move = move;
    this.pair = move.pair();
    this.from = move.from();
    this.to = move.to();
    this.settings = move.settings();
    this.arrival = new Arrival(move);
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

  /** How long DomR's own move took, once it has landed. */
  Optional<Duration> domRMove() {
    return Optional.ofNullable(domRMove);
  }

  MigrationReceipt run() throws MigrationFailedException, InterruptedException {
    try {
      perform(MigrationStep.CHECK, this::check);
      perform(MigrationStep.START_DOMU, this::startDomU);
      awaitTimeForDomR();
      perform(MigrationStep.HOLD, this::hold);
      perform(MigrationStep.DETACH, this::detach);
      perform(MigrationStep.MOVE_DOMR, this::moveDomR);
      perform(MigrationStep.LAND_DOMU, () -> awaitLanded(domU, settings.domULanding()));
      perform(MigrationStep.RECEIPT, this::readReceipt);
      perform(MigrationStep.DEVICES, this::attachDevices);
      perform(MigrationStep.COMMIT, this::commit);
      perform(MigrationStep.RESUME, arrival::resume);
      perform(MigrationStep.ATTACH, () -> arrival.attach(inCons()));
      perform(MigrationStep.VERIFY, () -> verified = arrival.verify());
      move.write(step, MigrationJournal.Mark.ENDED, "moved");
      ended = true;
      return arrival.receipt(verified, domU.standingStill(), domR.standingStill());
    } catch (IOException | TimeoutException | RuntimeException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      LOG.info("{}", failed(e).getMessage());
      throw e;
    }
  }

  private void perform(MigrationStep next, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    step = next;
    if (!next.isCommitted()) {
      checkCancelled();
    }
    move.write(step, MigrationJournal.Mark.BEGIN, "");
    move.listener().beginning(next);
    action.run();
    move.write(step, MigrationJournal.Mark.DONE, "", facts);
    facts = Map.of();
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
    long needed = from.memoryOf(pair.domU()) + from.memoryOf(pair.domR());
    if (to.freeMemory() < needed) {
      throw new IOException(
          "host=" + to.name() + " has free bytes=" + to.freeMemory() + ", needed=" + needed);
    }
  }

  private void startDomU() throws IOException {
    sourceDomU = Move.idOf(from, pair.domU());
    facts = Map.of(Move.SOURCE_DOMU, sourceDomU.toString());
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
    keyboardFrame = from.agent().keyboardFrame(sourceDomU);
    undoBy(() -> move.atSource(ControlMessage.REATTACH, Map.of(), settings.answer()));
    move.atSource(ControlMessage.DETACH, Map.of(), settings.answer());
  }

  private void moveDomR() throws IOException, InterruptedException, TimeoutException {
    long began = System.nanoTime();
    domR = from.migrate(pair.domR(), to);
    undoBy(domR::abort);
    awaitLanded(domR, settings.domRMove());
    domRMove = Duration.ofNanos(System.nanoTime() - began);
  }

  private void awaitLanded(VmMigration migration, Duration limit)
      throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean landed = false;
    while (!landed) {
      move.listener().progress(step, migration.progress());
      checkCancelled();
      try {
        migration.awaitLanded(LONG_LOOK);
        landed = true;
      } catch (TimeoutException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        if (migration == domR) {
          checkPausedBound();
        }
      }
    }
  }

  /** A user VM that is stopped already waits for its DomR only so long. */
  private void checkPausedBound() throws TimeoutException {
    Duration stood = domU.standingStill();
    if (stood.compareTo(settings.pausedBound()) > 0) {
      throw new TimeoutException(
          "vm=%s has stood still for millis=%d while DomR moves, bound=%d"
              .formatted(pair.domU(), stood.toMillis(), settings.pausedBound().toMillis()));
    }
  }

  private void readReceipt() throws IOException {
    if (keyboardFrame.isEmpty()) {
      LOG.warn("vm={} shares no keyboard page: there is no receipt", pair.domU());
      return;
    }
    finalConsumer =
        OptionalInt.of(
            to.agent().readConsumer(incoming(domU, pair.domU()), keyboardFrame.getAsLong()));
    facts = Map.of(Move.IN_CONS, inCons());
  }

  private String inCons() {
    return finalConsumer.isPresent()
        ? Integer.toUnsignedString(finalConsumer.getAsInt())
        : ControlMessage.UNKNOWN;
  }

  private void attachDevices() throws IOException {
    DomainId incomingDomU = incoming(domU, pair.domU());
    undoBy(() -> to.agent().forgetDevices(incomingDomU));
    to.agent().attachDevices(incoming(domR, pair.domR()), incomingDomU);
  }

  private void commit() throws IOException, InterruptedException {
    committed = true;
    from.agent().forgetDevices(sourceDomU);
    domU.complete();
    domR.complete();
  }

  private void undoBy(Move.Action action) {
    undos.push(new Undo(step, action));
  }

  private MigrationFailedException failed(Exception cause) {
    MigrationStep failedStep = step;
    String why = Move.why(cause);
    move.writeQuietly(step, MigrationJournal.Mark.FAILED, why);
    if (committed) {
      return new MigrationFailedException(
          failedStep,
          "migration=%s of pair=%s failed at step=%s, after it had committed: %s; both VMs are on host=%s"
              .formatted(move.id(), pair, failedStep, why, to.name()),
          cause);
    }
    boolean interrupted = Thread.interrupted(); // undoing must not be cut short
    boolean undone = true;
    while (!undos.isEmpty()) {
      Undo next = undos.pop();
      step = next.step();
      try {
        interrupted |= undo(next.action());
        move.writeQuietly(step, MigrationJournal.Mark.UNDONE, "");
      } catch (IOException | TimeoutException | RuntimeException e) {
        LOG.error("migration={} step={} cannot be undone: {}", move.id(), step, Move.why(e));
        move.writeQuietly(step, MigrationJournal.Mark.FAILED, "undoing: " + Move.why(e));
        undone = false; // the next leader tries again
      }
    }
    if (undone) {
      move.writeQuietly(failedStep, MigrationJournal.Mark.ENDED, "called off: " + why);
      ended = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    move.listener().calledOff(failedStep, why);
    return new MigrationFailedException(
        failedStep,
        "migration=%s of pair=%s was called off at step=%s: %s; both VMs go on at host=%s"
            .formatted(move.id(), pair, failedStep, why, from.name()),
        cause);
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

  private static DomainId incoming(VmMigration migration, String vm) throws IOException {
    return migration
        .incomingId()
        .orElseThrow(() -> new IOException("vm=" + vm + " has no number at the destination"));
  }
}
