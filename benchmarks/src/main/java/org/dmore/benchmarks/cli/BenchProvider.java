package org.dmore.benchmarks.cli;

import org.dmore.coordinator.cli.CommandProvider;

/** Adds {@code bench} to {@code dmore}. */
public final class BenchProvider implements CommandProvider {
  @Override
  public Object command() {
    return new BenchCommand();
  }
}
