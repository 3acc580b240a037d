package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
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
 * The end of a move, from where the user VM stands paused at the destination: its receipt, its
 * devices, both VMs run, the console connects, and what was kept is delivered. Each of its steps
 * may be done again by a leader who does not know whether the one before did it.
 *
 * <p>The user VM comes first, whatever became of DomR: a DomR that is late is waited for when the
 * user VM runs already, one that went back to the source is moved again, and where none is left a
 * fresh one is started.
 */
final class Arrival {
  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

  private static final OptionalLong NO_FRAME = OptionalLong.empty();

  /** Between two attempts at what has no way back. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Move move;
  private final VmHost to;
  private final Pair pair;
  private final Steps steps;
  private final TransferClock domRClock;
  private Optional<VmMigration> domU = Optional.empty();
  private Optional<VmMigration> domR = Optional.empty();
  private boolean attachedHere;
  private boolean committed;
  private boolean renewed;
  private Optional<ControlMessage> verified = Optional.empty();

  /** An arrival; a DomR that comes late sets its clock. */
  Arrival(Move move, Steps steps, TransferClock domRClock) {
    this.domRClock = domRClock;
    this.move = move;
    this.to = move.to();
    this.pair = move.pair();
    this.steps = steps;
  }

  /** The migrations that brought the VMs, as far as this leader has them. */
  void by(Optional<VmMigration> domUMigration, Optional<VmMigration> domRMigration) {
    domU = domUMigration;
    domR = domRMigration;
  }

  /** From now on there is only forward: what fails is tried again. */
  void commit() {
    committed = true;
  }

  /** Reads what the guest consumed, and writes its devices' nodes: it is ready to run. */
  void prepare() throws IOException, InterruptedException, TimeoutException {
    steps.perform(MigrationStep.RECEIPT, () -> persistently(this::readReceipt));
    steps.perform(MigrationStep.DEVICES, () -> persistently(this::attachDevices));
  }

  /** All that comes after the commit. */
  void complete() throws IOException, InterruptedException, TimeoutException {
    steps.perform(MigrationStep.RESUME, () -> persistently(this::resumeDomU));
    steps.perform(MigrationStep.FOLLOW, () -> persistently(this::bringDomR));
    steps.perform(MigrationStep.ATTACH, () -> persistently(this::attach));
    steps.perform(MigrationStep.VERIFY, () -> persistently(this::verify));
  }

  /** What became of the input, once all is done. */
  MigrationReceipt receipt(Duration skew) {
    Duration domUDowntime = domU.map(VmMigration::standingStill).orElse(Duration.ZERO);
    if (renewed || verified.isEmpty()) {
      return MigrationReceipt.renewed(move, domUDowntime);
    }
    ControlMessage counts = verified.get();
    return new MigrationReceipt(
        move.id(),
        move.from().name(),
        to.name(),
        counts.number("accepted"),
        counts.number("consumed-before"),
        counts.number("held"),
        counts.number("delivered-after"),
        counts.number("lost"),
        counts.number("duplicated"),
        counts.flag("complete"),
        Duration.ofNanos(counts.number("hold-micros") * 1_000),
        domUDowntime,
        domR.map(VmMigration::standingStill).orElse(Duration.ZERO),
        skew,
        false);
  }

  private void readReceipt() throws IOException {
    if (steps.fact(Move.IN_CONS).isPresent()) {
      return;
    }
    if (to.isRunning(pair.domU())) { // nobody knows any more: its driver has wiped the page
      steps.learn(Move.IN_CONS, ControlMessage.UNKNOWN);
      return;
    }
    OptionalLong frame =
        steps.fact(Move.KEYBOARD_FRAME).map(Long::parseLong).map(OptionalLong::of).orElse(NO_FRAME);
    if (frame.isEmpty()) {
      LOG.warn("vm={} shares no keyboard page: there is no receipt", pair.domU());
      steps.learn(Move.IN_CONS, ControlMessage.UNKNOWN);
      return;
    }
    int inCons = to.agent().readConsumer(domUId(), frame.getAsLong());
    steps.learn(Move.IN_CONS, Integer.toUnsignedString(inCons));
  }

  private void attachDevices() throws IOException {
    if (to.isRunning(pair.domU())) {
      return; // whoever resumed it had attached them
    }
    DomainId console = domRId().orElse(DomainId.DOM0); // keeps the place for one that comes later
    to.agent().attachDevices(console, domUId());
    steps.learn(Move.ATTACHED_DOMR, console.toString());
    attachedHere = true;
  }

  /** The number of the user VM's copy, whether it is the VM already or not. */
  DomainId domUId() throws IOException {
    return to.find(pair.domU())
        .or(() -> domU.flatMap(VmMigration::incomingId))
        .orElseThrow(
            () -> new IOException("vm=" + pair.domU() + " has no number at the destination"));
  }

  /** The number of DomR's copy, if there is one. */
  private Optional<DomainId> domRId() throws IOException {
    Optional<DomainId> here = to.find(pair.domR());
    return here.isPresent() ? here : to.incoming(pair.domR()).map(VmHost.IncomingVm::id);
  }

  private void resumeDomU() throws IOException, InterruptedException, TimeoutException {
    if (to.find(pair.domU()).isEmpty()) {
      awaitLanded(domU, pair.domU(), move.settings().domULanding()).complete();
    }
    unpause(pair.domU());
    domU.ifPresent(VmMigration::runsAgain);
  }

  /** Has DomR run here, wherever it is now. */
  private void bringDomR() throws IOException, InterruptedException, TimeoutException {
    if (to.find(pair.domR()).isEmpty()) {
      try {
        moveDomR();
      } catch (DeposedException e) {
        throw e;
      } catch (IOException | TimeoutException e) {
        LOG.warn("vm={} cannot come to host={}: {}", pair.domR(), to.name(), Move.why(e));
        startDomR();
      }
    }
    unpause(pair.domR());
    domR.ifPresent(VmMigration::runsAgain);
    Optional<DomainId> here = to.find(pair.domR());
    if (here.isEmpty()) {
      throw new IOException("vm=%s is not on host=%s".formatted(pair.domR(), to.name()));
    }
    if (!here.map(DomainId::toString).equals(steps.fact(Move.ATTACHED_DOMR))) {
      to.follow(pair.domU(), pair.domR()); // the guest's devices name another, or there are none
    } else if (!attachedHere) {
      to.agent().adoptDevices(here.get(), domUId());
    }
  }

  private void moveDomR() throws IOException, InterruptedException, TimeoutException {
    if (domR.isEmpty()) {
      domR = move.from().migrationOf(pair.domR());
    }
    if (domR.isPresent()) {
      try {
        completeDomR();
        return;
      } catch (IOException e) {
        LOG.warn("vm={} did not arrive: {}", pair.domR(), Move.why(e));
      }
    }
    letGo();
    move.checkMayAct();
    domRClock.begin();
    domR = Optional.of(move.from().migrate(pair.domR(), to));
    completeDomR();
  }

  /** DomR must not move while it holds pages of the guest that is gone. */
  private void letGo() throws IOException, InterruptedException {
    Duration answer = move.settings().answer();
    if (steps.fact(Move.DETACHED).isEmpty()
        && !move.atSource(ControlMessage.STATUS, Map.of(), answer).flag("detached")) {
      move.atSource(ControlMessage.HOLD, Map.of("drain-millis", "0"), answer);
      move.atSource(ControlMessage.DETACH, Map.of(), answer);
      steps.learn(Move.DETACHED, "true");
    }
  }

  /**
   * Starts a fresh one, if there is surely none: not at the source, which says so or is down, and
   * no copy that waits here to be let go. Until then the user VM goes on without its console.
   */
  private void startDomR() throws IOException, InterruptedException {
    move.checkMayAct();
    if (!move.from().isDown()) {
      move.from().destroy(pair.domR());
    }
    if (to.incoming(pair.domR()).isPresent()) {
      throw new IOException(
          "a copy of vm=%s still waits at host=%s to be let go: no fresh one is started beside it"
              .formatted(pair.domR(), to.name()));
    }
    LOG.warn("vm={} is started anew at host={}", pair.domR(), to.name());
    to.startConsoleVm(pair.domR());
    renewed = true; // where that failed, whatever is there then says which one it is
  }

  /** A DomR that is at the destination has come, whether that is confirmed or not. */
  private void completeDomR() throws IOException, InterruptedException, TimeoutException {
    VmMigration landed = awaitLanded(domR, pair.domR(), move.settings().domRMove());
    domRClock.land();
    try {
      landed.complete();
    } catch (IOException e) {
      if (to.find(pair.domR()).isEmpty()) {
        throw e;
      }
      LOG.warn("vm={} came to host={} all the same: {}", pair.domR(), to.name(), Move.why(e));
    }
  }

  /** The migration that brings a VM, once it has landed and may be completed. */
  private VmMigration awaitLanded(Optional<VmMigration> migration, String vm, Duration limit)
      throws IOException, InterruptedException, TimeoutException {
    VmMigration found =
        migration.isPresent()
            ? migration.get()
            : move.from()
                .migrationOf(vm)
                .orElseThrow(
                    () ->
                        new IOException(
                            "vm=%s is not on host=%s and does not move there"
                                .formatted(vm, to.name())));
    found.awaitLanded(limit);
    move.checkMayAct();
    return found;
  }

  private void unpause(String vm) throws IOException {
    if (!to.isRunning(vm)) {
      move.checkMayAct();
      to.unpause(vm);
    }
  }

  /** Hands DomR the receipt and has it connect, unless it was told so before. */
  private void attach() throws IOException, InterruptedException {
    if (renewed) {
      return; // it serves what it finds
    }
    Duration answer = move.settings().answer();
    ControlMessage status = move.atDestination(ControlMessage.STATUS, Map.of(), answer);
    if (status.flag("detached")) {
      String inCons = steps.fact(Move.IN_CONS).orElse(ControlMessage.UNKNOWN);
      move.atDestination(ControlMessage.RECEIPT, Map.of("in-cons", inCons), answer);
      move.atDestination(ControlMessage.ATTACH, Map.of(), answer);
    } else if (status.number("moves") == 0) {
      LOG.warn("consoled in vm={} was started anew in mid-move", pair.domR());
      renewed = true;
    }
  }

  /** Waits until the guest has what was kept, for a bounded time. */
  private void verify() throws IOException, InterruptedException {
    if (renewed) {
      return;
    }
    Duration limit = move.settings().verify();
    verified =
        Optional.of(
            move.atDestination(
                ControlMessage.VERIFY,
                Map.of("timeout-millis", Long.toString(limit.toMillis())),
                move.settings().answer().plus(limit)));
  }

  /** Tries again, for a bounded time, what has no way back. */
  private void persistently(Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + move.settings().persistence().toNanos();
    while (true) {
      try {
        action.run();
        return;
      } catch (DeposedException e) {
        throw e;
      } catch (IOException | TimeoutException e) {
        if (!committed || System.nanoTime() > deadline) {
          throw e;
        }
        LOG.warn(
            "migration={} step={} is tried again: {}", move.id(), steps.current(), Move.why(e));
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }
}
