package org.dmore.benchmarks.soak;

import org.dmore.coordinator.cli.CommandProvider;

/** Adds {@code soak} to {@code dmore}. */
public final class SoakProvider implements CommandProvider {
  @Override
  public Object command() {
    return new SoakCommand();
  }
}
