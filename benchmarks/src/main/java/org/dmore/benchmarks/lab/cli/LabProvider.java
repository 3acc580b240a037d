package org.dmore.benchmarks.lab.cli;

import org.dmore.coordinator.cli.CommandProvider;

/** Adds {@code lab} to {@code dmore}. */
public final class LabProvider implements CommandProvider {
  @Override
  public Object command() {
    return LabCommand.line();
  }
}
