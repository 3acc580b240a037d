package org.dmore.benchmarks.lab;

import java.util.Optional;

/**
 * Something that must hold on real Xen, run by {@code dmore lab run NAME}. Found by {@link
 * java.util.ServiceLoader}; {@code dmore lab run all} takes them in the file's order. A scenario
 * cannot rely on what an earlier one left: it begins with {@link GuestPair#restart()} unless the
 * guests do not matter to it.
 */
public interface Scenario {
  /** What it is called on the command line: a word in lower case, with hyphens. */
  String name();

  /** What it shows, in one line. */
  String description();

  /** How many hosts it needs. */
  default int hosts() {
    return 1;
  }

  /**
   * The same scenario, going so often over what it does again and again.
   *
   * @param rounds 1 or more
   * @return empty if it does nothing again and again
   */
  default Optional<Scenario> withRounds(int rounds) {
    return Optional.empty();
  }

  /**
   * Runs it in the lab, from inside the lab's network. An exception is a failed check, but a {@link
   * BootException} is not: it says that the emulator failed.
   */
  void run(Lab lab, ScenarioReport report) throws Exception;
}
