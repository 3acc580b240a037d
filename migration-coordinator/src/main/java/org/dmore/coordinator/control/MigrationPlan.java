package org.dmore.coordinator.control;

import java.util.List;

/**
 * What a move would do.
 *
 * @param pair the pair's name
 * @param from the source
 * @param to the destination
 * @param checks what was looked at
 * @param steps what would be done, in words, in order
 */
public record MigrationPlan(
    String pair, String from, String to, List<Check> checks, List<String> steps) {

  /**
   * Something that must be so.
   *
   * @param what in words
   * @param ok whether it is
   * @param detail what was seen
   */
  public record Check(String what, boolean ok, String detail) {}

  /** Whether nothing stands in the way. */
  public boolean isPossible() {
    return checks.stream().allMatch(Check::ok);
  }
}
