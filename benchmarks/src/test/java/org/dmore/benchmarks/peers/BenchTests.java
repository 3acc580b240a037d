package org.dmore.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What tests of servers in processes of their own have in common. */
public final class BenchTests {
  private BenchTests() {}

  /**
   * Skips where something is not installed; fails on a machine that is there to run this.
   *
   * @param missing a text for each thing that is not installed
   */
  public static void requireNothingOf(List<String> missing) {
    String message = String.join("; ", missing);
    if ("1".equals(System.getenv("DMORE_REQUIRE_CLIENTS"))) {
      assertThat(missing).as(message).isEmpty();
    }
    assumeTrue(missing.isEmpty(), message);
  }

  /** Processes of this one's that run now, and theirs. */
  public static Set<Long> children() {
    return ProcessHandle.current()
        .descendants()
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }
}
