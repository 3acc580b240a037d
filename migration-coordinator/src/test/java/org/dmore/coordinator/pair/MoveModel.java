package org.dmore.coordinator.pair;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model of a move: both VMs, their copies, the ledger, the leader, and whoever comes after a
 * leader that crashed. All that can happen is explored, for a bounded number of keys and crashes:
 * the leader's next action, its failure, its crash before and after each line of the journal, a
 * copy that lands or fails, a key that is typed, an event that the guest consumes.
 *
 * <p>It follows {@link PairMigration} and {@link MoveRecovery}: the steps are {@link
 * MigrationStep}'s, in its order, and each has its action here, so that a step that is added there
 * does not compile here.
 */
final class MoveModel {
  private static final List<MigrationStep> STEPS = List.of(MigrationStep.values());
  private static final int COMMIT = STEPS.indexOf(MigrationStep.COMMIT);

  /** What a leader that recovers goes by. */
  enum Judgement {
    /** Where the VMs are, if the commit was begun: what the code does. */
    HOSTS,
    /** The journal alone: the commit was done. */
    DONE
  }

  /** The original at the source. */
  enum Original {
    RUNS,
    SUSPENDED,
    GONE
  }

  /** The copy at the destination. */
  enum Copy {
    NONE,
    ARRIVING,
    PAUSED,
    RUNS
  }

  /** What the leader is about. */
  enum Work {
    MOVING,
    UNDOING,
    CRASHED,
    GOING_ON,
    GOING_BACK,
    ENDED
  }

  /** One VM. */
  record Vm(Original original, Copy copy) {
    static final Vm AT_HOME = new Vm(Original.RUNS, Copy.NONE);

    boolean moved() {
      return original == Original.GONE;
    }

    boolean runs() {
      return original == Original.RUNS || copy == Copy.RUNS;
    }
  }

  /**
   * All that matters at a moment.
   *
   * @param typed the last event that was typed
   * @param published the last event that stands, or stood, in a ring
   * @param known the last event that DomR takes for consumed
   * @param consumed the last event that the guest consumed
   * @param next the event that the guest takes next, if its ring has one
   * @param ring whether DomR has the guest's ring
   * @param settled whether DomR was told where the guest stopped
   * @param receipt what stands in the journal of that; -1 for nothing
   * @param line the lines of this step that are written: 0, or 1 for BEGIN; the action comes then
   * @param acted whether the action of this step was done
   * @param begun how many steps were begun, as the journal has it
   * @param committedLine whether the journal says that the commit is done
   */
  record State(
      Vm domU,
      Vm domR,
      int typed,
      int published,
      int known,
      int consumed,
      int next,
      boolean ring,
      boolean held,
      boolean settled,
      int receipt,
      Work work,
      int step,
      int line,
      boolean acted,
      int begun,
      boolean committedLine,
      int crashes) {

    State withDomU(Vm vm) {
      return new State(
          vm,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          receipt,
          work,
          step,
          line,
          acted,
          begun,
          committedLine,
          crashes);
    }

    State withDomR(Vm vm) {
      return new State(
          domU,
          vm,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          receipt,
          work,
          step,
          line,
          acted,
          begun,
          committedLine,
          crashes);
    }

    State withLedger(int newTyped, int newPublished, int newKnown, int newConsumed, int newNext) {
      return new State(
          domU,
          domR,
          newTyped,
          newPublished,
          newKnown,
          newConsumed,
          newNext,
          ring,
          held,
          settled,
          receipt,
          work,
          step,
          line,
          acted,
          begun,
          committedLine,
          crashes);
    }

    State withConsole(boolean newRing, boolean newHeld, boolean newSettled) {
      return new State(
          domU,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          newRing,
          newHeld,
          newSettled,
          receipt,
          work,
          step,
          line,
          acted,
          begun,
          committedLine,
          crashes);
    }

    State withReceipt(int inCons) {
      return new State(
          domU,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          inCons,
          work,
          step,
          line,
          acted,
          begun,
          committedLine,
          crashes);
    }

    State withWork(Work newWork, int newStep) {
      return new State(
          domU,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          receipt,
          newWork,
          newStep,
          0,
          false,
          begun,
          committedLine,
          crashes);
    }

    State withLine(int newLine, boolean newActed, int newBegun, boolean newCommittedLine) {
      return new State(
          domU,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          receipt,
          work,
          step,
          newLine,
          newActed,
          newBegun,
          newCommittedLine,
          crashes);
    }

    State crashed() {
      return new State(
          domU,
          domR,
          typed,
          published,
          known,
          consumed,
          next,
          ring,
          held,
          settled,
          receipt,
          Work.CRASHED,
          0,
          0,
          false,
          begun,
          committedLine,
          crashes + 1);
    }
  }

  private final int maxKeys;
  private final int maxCrashes;
  private final Judgement judgement;
  private final boolean receiptSurvives;
  private final Map<State, State> seen = new HashMap<>();
  private final Deque<State> open = new ArrayDeque<>();
  private String broken = "";
  private State brokenAt;
  private int endings;

  /**
   * Makes a model.
   *
   * @param receiptSurvives whether the journal keeps the receipt for the next leader
   */
  MoveModel(int maxKeys, int maxCrashes, Judgement judgement, boolean receiptSurvives) {
    this.maxKeys = maxKeys;
    this.maxCrashes = maxCrashes;
    this.judgement = judgement;
    this.receiptSurvives = receiptSurvives;
  }

  /** Explores all; what is broken, with the way there, if anything is. */
  Optional<String> explore() {
    State start =
        new State(
            Vm.AT_HOME,
            Vm.AT_HOME,
            0,
            0,
            0,
            0,
            1,
            true,
            false,
            false,
            -1,
            Work.MOVING,
            0,
            0,
            false,
            0,
            false,
            0);
    visit(start, start);
    while (!open.isEmpty() && broken.isEmpty()) {
      State state = open.poll();
      boolean[] any = new boolean[1];
      successors(
          state,
          next -> {
            any[0] = true;
            visit(next, state);
          });
      if (!any[0]) {
        atRest(state);
      }
    }
    return broken.isEmpty() ? Optional.empty() : Optional.of(broken + wayTo(brokenAt));
  }

  /** States that were seen. */
  int states() {
    return seen.size();
  }

  /** States in which nothing can happen any more. */
  int endings() {
    return endings;
  }

  private void visit(State state, State from) {
    if (seen.putIfAbsent(state, from) == null) {
      open.add(state);
      check(state);
    }
  }

  private void check(State state) {
    for (Vm vm : List.of(state.domU(), state.domR())) {
      if (vm.original() == Original.RUNS && vm.copy() == Copy.RUNS) {
        isBroken("two copies run", state);
      }
      if (vm.original() == Original.GONE && vm.copy() == Copy.NONE) {
        isBroken("no copy is left", state);
      }
    }
    if (state.work() == Work.ENDED
        && !(state.domU().runs()
            && state.domR().runs()
            && state.domU().moved() == state.domR().moved())) {
      isBroken("the move has ended and the VMs do not run on one host", state);
    }
  }

  private void atRest(State state) {
    endings++;
    if (state.work() != Work.ENDED) {
      isBroken("nothing goes on and the move has not ended", state);
    }
    if (state.consumed() != state.typed()) {
      isBroken("a key is lost", state);
    }
  }

  private void isBroken(String what, State where) {
    if (broken.isEmpty()) {
      broken = what;
      brokenAt = where;
    }
  }

  private String wayTo(State state) {
    List<String> way = new ArrayList<>();
    State at = state;
    while (true) {
      way.add(0, at.toString());
      State before = seen.get(at);
      if (before == null || before.equals(at)) {
        return "\n" + String.join("\n", way);
      }
      at = before;
    }
  }

  private void successors(State s, Consumer<State> next) {
    world(s, next);
    switch (s.work()) {
      case MOVING, GOING_ON -> lead(s, next);
      case UNDOING, GOING_BACK -> undo(s, next);
      case CRASHED -> next.accept(judge(s));
      case ENDED -> {}
    }
  }

  /** What happens without the leader. */
  private void world(State s, Consumer<State> next) {
    if (s.typed() < maxKeys) {
      next.accept(
          publish(s.withLedger(s.typed() + 1, s.published(), s.known(), s.consumed(), s.next())));
    }
    if (s.domU().runs() && s.next() <= s.published()) {
      if (s.next() != s.consumed() + 1) {
        isBroken("event " + s.next() + " is consumed after " + s.consumed(), s);
        return;
      }
      State taken = s.withLedger(s.typed(), s.published(), s.known(), s.next(), s.next() + 1);
      next.accept(publish(taken));
    }
    arrive(s.domU(), s::withDomU, next);
    arrive(s.domR(), s::withDomR, next);
  }

  /** A copy that is arriving lands, or fails. */
  private static void arrive(
      Vm vm, java.util.function.Function<Vm, State> with, Consumer<State> next) {
    if (vm.copy() == Copy.ARRIVING) {
      next.accept(with.apply(new Vm(Original.SUSPENDED, Copy.PAUSED)));
      next.accept(with.apply(Vm.AT_HOME));
    }
  }

  /** DomR puts into the ring what it has, one event being all that the ring has room for. */
  private static State publish(State s) {
    boolean room = s.published() < s.next();
    return s.ring() && !s.held() && s.domR().runs() && s.published() < s.typed() && room
        ? s.withLedger(s.typed(), s.published() + 1, s.known(), s.consumed(), s.next())
        : s;
  }

  private void lead(State s, Consumer<State> next) {
    if (s.step() == STEPS.size()) {
      next.accept(s.withWork(Work.ENDED, 0));
      crash(s, next);
      return;
    }
    MigrationStep step = STEPS.get(s.step());
    if (s.work() == Work.GOING_ON && step.compareTo(MigrationStep.COMMIT) < 0) {
      next.accept(s.withWork(Work.GOING_ON, COMMIT));
      return;
    }
    if (s.line() == 0) {
      next.accept(s.withLine(1, false, Math.max(s.begun(), s.step() + 1), s.committedLine()));
    } else if (!s.acted()) {
      act(s, step)
          .ifPresent(
              after -> {
                boolean half = step == MigrationStep.COMMIT && !after.domR().moved();
                next.accept(
                    publish(after).withLine(1, !half, after.begun(), after.committedLine()));
              });
    } else {
      boolean committed = s.committedLine() || step == MigrationStep.COMMIT;
      next.accept(s.withLine(1, true, s.begun(), committed).withWork(s.work(), s.step() + 1));
    }
    if (s.work() == Work.MOVING && !step.isCommitted()) {
      next.accept(s.withWork(Work.UNDOING, 0)); // it failed, or cannot be written, or is called off
    }
    crash(s, next);
  }

  private void crash(State s, Consumer<State> next) {
    if (s.crashes() < maxCrashes) {
      next.accept(s.crashed());
    }
  }

  /** The action of a step; empty as long as it waits for something. */
  private Optional<State> act(State s, MigrationStep step) {
    return switch (step) {
      case CHECK, VERIFY -> Optional.of(s);
      case START_DOMU -> Optional.of(s.withDomU(new Vm(Original.RUNS, Copy.ARRIVING)));
      case HOLD -> Optional.of(s.withConsole(s.ring(), true, s.settled()));
      case DETACH -> Optional.of(s.withConsole(false, true, false));
      case MOVE_DOMR ->
          s.domR().equals(Vm.AT_HOME)
              ? Optional.of(s.withDomR(new Vm(Original.RUNS, Copy.ARRIVING)))
              : Optional.of(s);
      case LAND_DOMU -> landed(s.domU()) && landed(s.domR()) ? Optional.of(s) : Optional.empty();
      case RECEIPT -> Optional.of(s.withReceipt(s.consumed()));
      case DEVICES -> Optional.of(s);
      case COMMIT -> Optional.of(commit(s));
      case RESUME -> Optional.of(resume(s));
      case ATTACH -> Optional.of(attach(s));
    };
  }

  private static boolean landed(Vm vm) {
    return vm.copy() == Copy.PAUSED;
  }

  /** One VM after the other: between the two is a state of its own. */
  private static State commit(State s) {
    return s.domU().moved()
        ? s.withDomR(new Vm(Original.GONE, s.domR().copy()))
        : s.withDomU(new Vm(Original.GONE, s.domU().copy()));
  }

  /** The guest's driver wipes its page when it goes on: there is nothing to take until ATTACH. */
  private static State resume(State s) {
    State running = s.withDomU(run(s.domU())).withDomR(run(s.domR()));
    return s.domU().runs()
        ? running
        : running.withLedger(s.typed(), s.published(), s.known(), s.consumed(), s.published() + 1);
  }

  private static Vm run(Vm vm) {
    return new Vm(vm.original(), Copy.RUNS);
  }

  private State attach(State s) {
    if (s.ring()) {
      return s; // told before
    }
    boolean known = s.receipt() >= 0 && (s.work() == Work.MOVING || receiptSurvives);
    int settled = known ? s.receipt() : s.published();
    // The guest's driver wiped its page: its ring begins with what DomR publishes next.
    return s.withLedger(s.typed(), settled, settled, s.consumed(), settled + 1)
        .withConsole(true, false, true);
  }

  private State judge(State s) {
    boolean begun = s.begun() > COMMIT;
    boolean forward =
        switch (judgement) {
          case HOSTS -> begun && (s.domU().moved() || s.domR().moved());
          case DONE -> s.committedLine();
        };
    return s.withWork(forward ? Work.GOING_ON : Work.GOING_BACK, 0);
  }

  /** DomR's copy, DomU's copy, the ring: each may be given up, or taken up, more than once. */
  private void undo(State s, Consumer<State> next) {
    State after =
        switch (s.step()) {
          case 0 -> s.withDomR(giveUp(s.domR()));
          case 1 -> s.withDomU(giveUp(s.domU()));
          default ->
              s.withLedger(s.typed(), s.published(), s.consumed(), s.consumed(), s.consumed() + 1)
                  .withConsole(true, false, false);
        };
    boolean last = s.step() == 2;
    next.accept(publish(after.withWork(last ? Work.ENDED : s.work(), last ? 0 : s.step() + 1)));
    crash(s, next);
  }

  private static Vm giveUp(Vm vm) {
    return vm.moved() ? vm : Vm.AT_HOME;
  }
}
