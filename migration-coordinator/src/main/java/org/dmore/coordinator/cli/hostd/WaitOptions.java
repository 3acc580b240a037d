package org.dmore.coordinator.cli.hostd;

import picocli.CommandLine.Option;

/** Whether to wait for what was begun; a picocli mixin. */
final class WaitOptions {
  @Option(
      names = "--wait",
      negatable = true,
      description = "Wait for the end and show progress, or do not; at a terminal it waits.")
  private Boolean wanted;

  boolean isWanted(Workplace workplace) {
    return wanted == null ? workplace.statusLine().isThere() : wanted;
  }
}
