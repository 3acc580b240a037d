package org.dmore.coordinator.pair;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Carries a move's steps out, each written down before and after; and keeps the facts that are
 * learnt on the way, for this leader and the next.
 */
final class Steps {
  private final Move move;
  private final String detail;
  private final Map<String, String> facts = new HashMap<>();
  private final Map<String, String> learnt = new HashMap<>();
  private MigrationStep current = MigrationStep.CHECK;

  /**
   * Begins with what former leaders learnt.
   *
   * @param detail what to write beside every step
   * @param entries the journal's lines of this move
   */
  Steps(Move move, String detail, List<MigrationJournal.Entry> entries) {
    this.move = move;
    this.detail = detail;
    entries.forEach(entry -> facts.putAll(entry.facts())); // the last word counts
  }

  /** The step that was begun last. */
  MigrationStep current() {
    return current;
  }

  /** To say of which step something is that is not done by {@link #perform}. */
  void at(MigrationStep step) {
    current = step;
  }

  /** Does a step; its action may {@link #learn}. */
  void perform(MigrationStep step, Move.Action action)
      throws IOException, InterruptedException, TimeoutException {
    current = step;
    move.write(step, MigrationJournal.Mark.BEGIN, detail);
    move.listener().beginning(step);
    action.run();
    move.write(step, MigrationJournal.Mark.DONE, detail, learnt);
    learnt.clear();
  }

  /** Keeps a fact; it is written with the step that is being done. */
  void learn(String name, String value) {
    facts.put(name, value);
    learnt.put(name, value);
  }

  /** A fact. */
  Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name));
  }
}
