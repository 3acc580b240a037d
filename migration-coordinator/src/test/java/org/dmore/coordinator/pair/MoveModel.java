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
 * <p>The user VM's toolstack may leave the decision to the leader, or land the VM for good. Then
 * the console may be late, and one that was never let go is made anew: what it held is lost, and
 * that must be the only way to lose it.
 *
 * <p>It follows {@link PairMigration}, {@link MoveRecovery} and {@link Arrival}: the steps are
 * {@link MigrationStep}'s, in its order, and each has its action here, so that a step that is added
 * there does not compile here.
 */
final class MoveModel {
  private static final List<MigrationStep> STEPS = List.of(MigrationStep.values());
  private static final int START_DOMU = STEPS.indexOf(MigrationStep.START_DOMU);
  private static final int RECEIPT = STEPS.indexOf(MigrationStep.RECEIPT);
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

    boolean runsThere() {
      return original == Original.GONE && copy == Copy.RUNS;
    }

    boolean runs() {
      return original == Original.RUNS || copy == Copy.RUNS;
    }
  }

  /**
   * What DomR and the guest make of the keys, by their numbers.
   *
   * @param typed the last one that was typed
   * @param published the last one that stands, or stood, in a ring
   * @param consumed the last one that the guest consumed
   * @param next the one that the guest takes next, if its ring has it
   */
  record Keys(int typed, int published, int consumed, int next) {
    Keys type() {
      return new Keys(typed + 1, published, consumed, next);
    }

    Keys publish() {
      return new Keys(typed, published + 1, consumed, next);
    }

    Keys take() {
      return new Keys(typed, published, next, next + 1);
    }

    /** The guest's driver wipes its page when it goes on elsewhere: there is nothing to take. */
    Keys wiped() {
      return new Keys(typed, published, consumed, published + 1);
    }

    /** What comes after that one waits again: it is what the guest is taken to have consumed. */
    Keys settledAt(int inCons) {
      return new Keys(typed, inCons, consumed, inCons + 1);
    }
  }

  /**
   * The console.
   *
   * @param ring whether DomR has the guest's ring
   * @param held whether it keeps what is typed
   */
  record Console(boolean ring, boolean held) {}

  /**
   * What the journal says.
   *
   * @param begun how many steps were begun
   * @param committed whether the commit is said to be done
   * @param receipt where the guest stopped; -1 for nothing
   */
  record Journal(int begun, boolean committed, int receipt) {}

  /**
   * Where the leader is.
   *
   * @param lines the lines of this step that are written: 0, or 1 for BEGIN; the action comes then
   * @param acted whether the action of this step was done
   */
  record Leader(Work work, int step, int lines, boolean acted) {
    static Leader of(Work work, int step) {
      return new Leader(work, step, 0, false);
    }
  }

  /** All that matters at a moment. */
  record State(
      Vm domU, Vm domR, Keys keys, Console console, Journal journal, Leader leader, int crashes) {

    State with(Vm newDomU, Vm newDomR) {
      return new State(newDomU, newDomR, keys, console, journal, leader, crashes);
    }

    State with(Keys newKeys) {
      return new State(domU, domR, newKeys, console, journal, leader, crashes);
    }

    State with(Console newConsole) {
      return new State(domU, domR, keys, newConsole, journal, leader, crashes);
    }

    State with(Journal newJournal) {
      return new State(domU, domR, keys, console, newJournal, leader, crashes);
    }

    State with(Leader newLeader) {
      return new State(domU, domR, keys, console, journal, newLeader, crashes);
    }

    State crashed() {
      return new State(domU, domR, keys, console, journal, Leader.of(Work.CRASHED, 0), crashes + 1);
    }
  }

  private final int maxKeys;
  private final int maxCrashes;
  private final Judgement judgement;
  private final boolean receiptSurvives;
  private final boolean forGood;
  private final Map<State, State> seen = new HashMap<>();
  private final Deque<State> open = new ArrayDeque<>();
  private String broken = "";
  private State brokenAt;
  private int endings;

  /**
   * Makes a model.
   *
   * @param receiptSurvives whether the journal keeps the receipt for the next leader
   * @param forGood whether the user VM becomes the destination's by itself when it lands
   */
  MoveModel(
      int maxKeys, int maxCrashes, Judgement judgement, boolean receiptSurvives, boolean forGood) {
    this.forGood = forGood;
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
            new Keys(0, 0, 0, 1),
            new Console(true, false),
            new Journal(0, false, -1),
            Leader.of(Work.MOVING, 0),
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
    if (state.leader().work() == Work.ENDED
        && !(state.domU().runs()
            && state.domR().runs()
            && state.domU().moved() == state.domR().moved())) {
      isBroken("the move has ended and the VMs do not run on one host", state);
    }
  }

  private void atRest(State state) {
    endings++;
    if (state.leader().work() != Work.ENDED) {
      isBroken("nothing goes on and the move has not ended", state);
    }
    if (state.keys().consumed() != state.keys().typed()) {
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
    switch (s.leader().work()) {
      case MOVING, GOING_ON -> lead(s, next);
      case UNDOING, GOING_BACK -> undo(s, next);
      case CRASHED -> next.accept(judge(s));
      case ENDED -> {}
    }
  }

  /** What happens without the leader. */
  private void world(State s, Consumer<State> next) {
    Keys keys = s.keys();
    if (keys.typed() < maxKeys) {
      next.accept(publish(s.with(keys.type())));
    }
    if (s.domU().runs() && keys.next() <= keys.published()) {
      if (keys.next() != keys.consumed() + 1) {
        isBroken("event " + keys.next() + " is consumed after " + keys.consumed(), s);
        return;
      }
      next.accept(publish(s.with(keys.take())));
    }
    (forGood ? outcomesForGood(s.domU()) : outcomes(s.domU()))
        .forEach(vm -> next.accept(s.with(vm, s.domR())));
    outcomes(s.domR()).forEach(vm -> next.accept(s.with(s.domU(), vm)));
  }

  /** A copy that is arriving lands, or fails. */
  private static List<Vm> outcomes(Vm vm) {
    return vm.copy() == Copy.ARRIVING
        ? List.of(new Vm(Original.SUSPENDED, Copy.PAUSED), Vm.AT_HOME)
        : List.of();
  }

  private static List<Vm> outcomesForGood(Vm vm) {
    return vm.copy() == Copy.ARRIVING
        ? List.of(new Vm(Original.GONE, Copy.PAUSED), Vm.AT_HOME)
        : List.of();
  }

  /** DomR puts into the ring what it has, one event being all that the ring has room for. */
  private static State publish(State s) {
    Keys keys = s.keys();
    boolean dead = s.domU().moved() && !s.domR().moved(); // the ring of a guest that has gone
    boolean mayWrite = s.console().ring() && !dead && !s.console().held() && s.domR().runs();
    return mayWrite && keys.published() < keys.typed() && keys.published() < keys.next()
        ? s.with(keys.publish())
        : s;
  }

  private void lead(State s, Consumer<State> next) {
    Leader leader = s.leader();
    if (leader.step() == STEPS.size()) {
      next.accept(s.with(Leader.of(Work.ENDED, 0)));
      crash(s, next);
      return;
    }
    MigrationStep step = STEPS.get(leader.step());
    Journal journal = s.journal();
    Leader begun = new Leader(leader.work(), leader.step(), 1, false);
    if (leader.lines() == 0) {
      int steps = Math.max(journal.begun(), leader.step() + 1);
      next.accept(s.with(begun).with(new Journal(steps, journal.committed(), journal.receipt())));
    } else if (!leader.acted()) {
      act(s, step)
          .ifPresent(
              after -> {
                boolean half =
                    step == MigrationStep.COMMIT
                        && leader.work() == Work.MOVING
                        && !forGood
                        && !after.domR().moved();
                boolean again = step == MigrationStep.FOLLOW && !after.domR().runsThere();
                Leader acted = new Leader(leader.work(), leader.step(), 1, !half && !again);
                next.accept(publish(after).with(acted));
              });
    } else {
      boolean committed = journal.committed() || step == MigrationStep.COMMIT;
      next.accept(
          s.with(new Journal(journal.begun(), committed, journal.receipt()))
              .with(Leader.of(leader.work(), leader.step() + 1)));
    }
    if (leader.work() == Work.MOVING && !step.isCommitted()) {
      // Failed, not to be written, called off.
      next.accept(
          forGood && s.domU().moved()
              ? s.with(Leader.of(Work.MOVING, RECEIPT))
              : s.with(Leader.of(Work.UNDOING, 0)));
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
      case CHECK, DEVICES, VERIFY -> Optional.of(s);
      case START_DOMU -> Optional.of(s.with(new Vm(Original.RUNS, Copy.ARRIVING), s.domR()));
      case HOLD -> Optional.of(s.with(new Console(s.console().ring(), true)));
      case DETACH -> Optional.of(s.with(new Console(false, true)));
      case MOVE_DOMR -> Optional.of(s.with(s.domU(), new Vm(Original.RUNS, Copy.ARRIVING)));
      case LAND_DOMU ->
          landed(s.domU()) && (forGood || landed(s.domR())) ? Optional.of(s) : Optional.empty();
      case RECEIPT -> Optional.of(readReceipt(s));
      case COMMIT -> Optional.of(s.leader().work() == Work.MOVING ? commit(s) : s);
      case RESUME -> Optional.of(resume(s));
      case FOLLOW -> follow(s);
      case ATTACH -> Optional.of(attach(s));
    };
  }

  private static boolean landed(Vm vm) {
    return vm.copy() == Copy.PAUSED;
  }

  /** Out of the guest's page, unless it is known, or its driver has wiped the page. */
  private State readReceipt(State s) {
    boolean known = s.journal().receipt() >= 0 && receiptSurvives;
    int receipt =
        known ? s.journal().receipt() : s.domU().copy() == Copy.RUNS ? -1 : s.keys().consumed();
    return s.with(new Journal(s.journal().begun(), s.journal().committed(), receipt));
  }

  /** One VM after the other: between the two is a state of its own. */
  private State commit(State s) {
    if (forGood) {
      return landed(s.domR()) ? s.with(s.domU(), new Vm(Original.GONE, s.domR().copy())) : s;
    }
    return s.domU().moved()
        ? s.with(s.domU(), new Vm(Original.GONE, s.domR().copy()))
        : s.with(new Vm(Original.GONE, s.domU().copy()), s.domR());
  }

  private static State resume(State s) {
    State running = s.with(new Vm(Original.GONE, Copy.RUNS), s.domR());
    return s.domU().runs() ? running : running.with(s.keys().wiped());
  }

  /** DomR is let go if it is there, waited for, moved again if it is back, or made anew. */
  private Optional<State> follow(State s) {
    if (s.domR().moved() || landed(s.domR())) {
      return Optional.of(s.with(s.domU(), new Vm(Original.GONE, Copy.RUNS)));
    }
    if (s.domR().copy() == Copy.ARRIVING) {
      return Optional.empty();
    }
    Console letGo = new Console(false, true); // it must not move with anything mapped
    return Optional.of(s.with(letGo).with(s.domU(), new Vm(Original.RUNS, Copy.ARRIVING)));
  }

  private State attach(State s) {
    if (s.console().ring()) {
      return s; // told before
    }
    boolean known =
        s.journal().receipt() >= 0 && (s.leader().work() == Work.MOVING || receiptSurvives);
    int inCons = known ? s.journal().receipt() : s.keys().published();
    return s.with(s.keys().settledAt(inCons)).with(new Console(true, false));
  }

  private State judge(State s) {
    boolean forward =
        switch (judgement) {
          case HOSTS ->
              (s.journal().begun() > START_DOMU && s.domU().moved())
                  || (s.journal().begun() > COMMIT && s.domR().moved());
          case DONE -> s.journal().committed();
        };
    return s.with(forward ? Leader.of(Work.GOING_ON, RECEIPT) : Leader.of(Work.GOING_BACK, 0));
  }

  /** DomR's copy, DomU's copy, the ring: each may be given up, or taken up, more than once. */
  private void undo(State s, Consumer<State> next) {
    Leader leader = s.leader();
    boolean domUFirst = forGood || leader.work() == Work.GOING_BACK;
    if (judgement == Judgement.HOSTS && forGood && leader.step() == 0 && s.domU().moved()) {
      Work forward = leader.work() == Work.UNDOING ? Work.MOVING : Work.GOING_ON;
      next.accept(s.with(Leader.of(forward, RECEIPT))); // too late to be called off
      crash(s, next);
      return;
    }
    State after =
        switch (leader.step()) {
          case 0 -> domUFirst ? giveUpDomU(s) : giveUpDomR(s);
          case 1 -> domUFirst ? giveUpDomR(s) : giveUpDomU(s);
          // The same ring: its own index says what was consumed.
          default -> s.with(new Console(true, false));
        };
    boolean last = leader.step() == 2;
    next.accept(
        publish(
            after.with(
                last ? Leader.of(Work.ENDED, 0) : Leader.of(leader.work(), leader.step() + 1))));
    crash(s, next);
  }

  private static State giveUpDomU(State s) {
    return s.with(giveUp(s.domU()), s.domR());
  }

  private static State giveUpDomR(State s) {
    return s.with(s.domU(), giveUp(s.domR()));
  }

  private static Vm giveUp(Vm vm) {
    return vm.moved() ? vm : Vm.AT_HOME;
  }
}
