package org.dmore.benchmarks.lab;

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
   * Runs it in the lab, from inside the lab's network. An exception is a failed check, but a {@link
   * BootException} is not: it says that the emulator failed.
   */
  void run(Lab lab, ScenarioReport report) throws Exception;
}
