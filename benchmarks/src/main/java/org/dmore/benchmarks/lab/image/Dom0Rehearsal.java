package org.dmore.benchmarks.lab.image;

import org.dmore.coordinator.cli.Main;

/** Loads the classes that {@code dmore} needs in dom0, so that they are archived. */
public final class Dom0Rehearsal {
  private Dom0Rehearsal() {}

  /** Ends with status 0. */
  public static void main(String[] arguments) {
    Main.main(new String[] {"--help"});
  }
}
