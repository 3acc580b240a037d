package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
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
  private final List<Guest> guests;
  private Optional<VmMigration> domR = Optional.empty();
  private boolean committed;
  private boolean renewed;

  /** One user VM that arrives. */
  private static final class Guest {
    private final String name;
    private Optional<VmMigration> migration = Optional.empty();
    private boolean attachedHere;
    private Optional<ControlMessage> verified = Optional.empty();

    Guest(String name) {
      this.name = name;
    }
  }

  /** Something that is done for each user VM. */
  @FunctionalInterface
  private interface GuestAction {
    void run(Guest guest) throws IOException, InterruptedException, TimeoutException;
  }

  /** An arrival; a DomR that comes late sets its clock. */
  Arrival(Move move, Steps steps, TransferClock domRClock) {
    this.domRClock = domRClock;
    this.move = move;
    this.to = move.to();
    this.pair = move.pair();
    this.steps = steps;
    this.guests = pair.guests().stream().map(Guest::new).toList();
  }

  /**
   * The migrations that brought the VMs, as far as this leader has them.
   *
   * @param userVms the user VMs', by their names
   */
  void by(Map<String, VmMigration> userVms, Optional<VmMigration> domRMigration) {
    guests.forEach(guest -> guest.migration = Optional.ofNullable(userVms.get(guest.name)));
    domR = domRMigration;
  }

  /** From now on there is only forward: what fails is tried again. */
  void commit() {
    committed = true;
  }

  /** Reads what the guests consumed, and writes their devices' nodes: they are ready to run. */
  void prepare() throws IOException, InterruptedException, TimeoutException {
    perform(MigrationStep.RECEIPT, this::readReceipt);
    perform(MigrationStep.DEVICES, this::attachDevices);
  }

  /** All that comes after the commit. */
  void complete() throws IOException, InterruptedException, TimeoutException {
    perform(MigrationStep.RESUME, this::resume);
    steps.perform(MigrationStep.FOLLOW, () -> persistently(this::bringDomR));
    perform(MigrationStep.ATTACH, this::attach);
    perform(MigrationStep.VERIFY, this::verify);
  }

  /** Does a step for each user VM; what fails for one does not keep the others waiting. */
  private void perform(MigrationStep step, GuestAction action)
      throws IOException, InterruptedException, TimeoutException {
    steps.perform(
        step,
        () -> {
          List<Guest> left = new ArrayList<>();
          for (Guest guest : guests) {
            try {
              action.run(guest);
            } catch (DeposedException e) {
              throw e;
            } catch (IOException | TimeoutException e) {
              if (!committed) {
                throw e;
              }
              LOG.warn(
                  "migration={} step={} of vm={} is tried again: {}",
                  move.id(),
                  step,
                  guest.name,
                  Move.why(e));
              left.add(guest);
            }
          }
          for (Guest guest : left) {
            persistently(() -> action.run(guest));
          }
        });
  }

  /**
   * What became of the input, once all is done: of all user VMs together, and the longest times.
   */
  MigrationReceipt receipt(Duration skew) {
    Duration domUDowntime =
        longest(
            guests.stream().flatMap(guest -> guest.migration.stream()), VmMigration::standingStill);
    List<ControlMessage> counts =
        guests.stream().flatMap(guest -> guest.verified.stream()).toList();
    if (renewed || counts.size() < guests.size()) {
      return MigrationReceipt.renewed(move, domUDowntime);
    }
    return new MigrationReceipt(
        move.id(),
        move.from().name(),
        to.name(),
        sum(counts, "accepted"),
        sum(counts, "consumed-before"),
        sum(counts, "held"),
        sum(counts, "delivered-after"),
        sum(counts, "lost"),
        sum(counts, "duplicated"),
        counts.stream().allMatch(count -> count.flag("complete")),
        longest(counts.stream(), count -> Duration.ofNanos(count.number("hold-micros") * 1_000)),
        domUDowntime,
        domR.map(VmMigration::standingStill).orElse(Duration.ZERO),
        skew,
        false);
  }

  private static long sum(List<ControlMessage> counts, String name) {
    return counts.stream().mapToLong(count -> count.number(name)).sum();
  }

  private static <T> Duration longest(Stream<T> all, Function<T, Duration> time) {
    return all.map(time).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  private Optional<String> fact(Guest guest, String name) {
    return steps.fact(move.factOf(guest.name, name));
  }

  private void learn(Guest guest, String name, String value) {
    steps.learn(move.factOf(guest.name, name), value);
  }

  private void readReceipt(Guest guest) throws IOException {
    if (hasFallenBack(guest) || isReceiptRead(guest)) {
      return;
    }
    if (to.isRunning(guest.name)) { // nobody knows any more: its driver has wiped the page
      learn(guest, Move.IN_CONS, ControlMessage.UNKNOWN);
      return;
    }
    OptionalLong frame =
        fact(guest, Move.KEYBOARD_FRAME)
            .map(Long::parseLong)
            .map(OptionalLong::of)
            .orElse(NO_FRAME);
    if (frame.isEmpty()) {
      LOG.warn("vm={} shares no keyboard page: there is no receipt", guest.name);
      learn(guest, Move.IN_CONS, ControlMessage.UNKNOWN);
      return;
    }
    DomainId id = domUId(guest);
    learn(
        guest,
        Move.IN_CONS,
        Integer.toUnsignedString(to.agent().readConsumer(id, frame.getAsLong())));
    learn(guest, Move.IN_CONS_OF, id.toString());
  }

  /** Whether it is known already; not if that was of a copy which is no more. */
  private boolean isReceiptRead(Guest guest) throws IOException {
    if (fact(guest, Move.IN_CONS).isEmpty()) {
      return false;
    }
    Optional<String> now = number(guest).map(DomainId::toString);
    return now.isEmpty() || fact(guest, Move.IN_CONS_OF).or(() -> now).equals(now);
  }

  private void attachDevices(Guest guest) throws IOException {
    if (hasFallenBack(guest) || to.isRunning(guest.name)) {
      return; // whoever resumed it had attached them
    }
    DomainId domain = domRId().orElse(DomainId.DOM0); // keeps the place for one that comes later
    to.agent().attachDevices(pair.console(domain, guest.name), domUId(guest));
    learn(guest, Move.ATTACHED_DOMR, domain.toString());
    guest.attachedHere = true;
  }

  /** The number of a user VM's copy, whether it is the VM already or not. */
  DomainId domUId(String name) throws IOException {
    return domUId(
        guests.stream().filter(guest -> guest.name.equals(name)).findFirst().orElseThrow());
  }

  private DomainId domUId(Guest guest) throws IOException {
    return number(guest)
        .orElseThrow(
            () -> new IOException("vm=" + guest.name + " has no number at the destination"));
  }

  private Optional<DomainId> number(Guest guest) throws IOException {
    return to.find(guest.name).or(() -> guest.migration.flatMap(VmMigration::incomingId));
  }

  /** The number of DomR's copy, if there is one. */
  private Optional<DomainId> domRId() throws IOException {
    Optional<DomainId> here = to.find(pair.domR());
    return here.isPresent() ? here : to.incoming(pair.domR()).map(VmHost.IncomingVm::id);
  }

  private void resume(Guest guest) throws IOException, InterruptedException, TimeoutException {
    if (hasFallenBack(guest)) {
      moveAgain(guest);
    }
    if (to.find(guest.name).isEmpty()) {
      awaitLanded(guest.migration, guest.name, move.settings().domULanding()).complete();
    }
    unpause(guest.name);
    guest.migration.ifPresent(VmMigration::runsAgain);
  }

  /**
   * Whether a user VM's copy was lost, and it goes on at the source, when another's with the same
   * DomR had become the VM.
   */
  private boolean hasFallenBack(Guest guest) throws IOException {
    return committed
        && pair.isShared()
        && to.find(guest.name).isEmpty()
        && move.from().isRunning(guest.name);
  }

  /** Brings such a one after the others. Its console is held, and has let go of it. */
  private void moveAgain(Guest guest) throws IOException, InterruptedException, TimeoutException {
    LOG.warn("vm={} goes on at host={}: it moves again", guest.name, move.from().name());
    move.checkMayAct();
    VmMigration again =
        move.from().migrationOf(guest.name).isPresent()
            ? move.from().migrationOf(guest.name).get()
            : move.from().migrate(guest.name, to);
    guest.migration = Optional.of(again);
    again.awaitLanded(move.settings().domUCopy());
    readReceipt(guest);
    attachDevices(guest);
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
    for (Guest guest : guests) {
      if (!here.map(DomainId::toString).equals(fact(guest, Move.ATTACHED_DOMR))) {
        // The guest's devices name another, or there are none.
        to.follow(guest.name, pair.domR(), pair.isShared());
      } else if (!guest.attachedHere) {
        to.agent().adoptDevices(here.get(), domUId(guest));
      }
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
    if (steps.fact(Move.DETACHED).isPresent()) {
      return;
    }
    for (Guest guest : guests) {
      if (!move.atSource(guest.name, ControlMessage.STATUS, Map.of(), answer).flag("detached")) {
        move.atSource(guest.name, ControlMessage.HOLD, Map.of("drain-millis", "0"), answer);
        move.atSource(guest.name, ControlMessage.DETACH, Map.of(), answer);
      }
    }
    steps.learn(Move.DETACHED, "true");
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
  private void attach(Guest guest) throws IOException, InterruptedException {
    if (renewed) {
      return; // it serves what it finds
    }
    Duration answer = move.settings().answer();
    ControlMessage status = move.atDestination(guest.name, ControlMessage.STATUS, Map.of(), answer);
    if (status.flag("detached")) {
      String inCons = fact(guest, Move.IN_CONS).orElse(ControlMessage.UNKNOWN);
      move.atDestination(guest.name, ControlMessage.RECEIPT, Map.of("in-cons", inCons), answer);
      move.atDestination(guest.name, ControlMessage.ATTACH, Map.of(), answer);
    } else if (status.number("moves") == 0) {
      LOG.warn("consoled in vm={} was started anew in mid-move", pair.domR());
      renewed = true;
    }
  }

  /** Waits until the guest has what was kept, for a bounded time. */
  private void verify(Guest guest) throws IOException, InterruptedException {
    if (renewed) {
      return;
    }
    Duration limit = move.settings().verify();
    guest.verified =
        Optional.of(
            move.atDestination(
                guest.name,
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
