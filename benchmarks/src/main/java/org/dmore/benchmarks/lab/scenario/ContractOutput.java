package org.dmore.benchmarks.lab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code org.dmore.xen.contract.lab.ContractMain} printed, among other lines.
 *
 * @param classes the contracts that came to their end, in that order
 * @param failures each failed test with the message of its exception, in one line
 * @param skipped each skipped test with its reason
 * @param total how many tests passed by its own last line; empty where that is missing
 */
record ContractOutput(
    List<Type> classes, List<String> failures, List<String> skipped, OptionalInt total) {
  private static final Pattern DONE =
      Pattern.compile("done (\\w+) tests=(\\d+) passed=(\\d+) failed=(\\d+) skipped=(\\d+)");
  private static final Pattern FAILED = Pattern.compile("FAIL (.+) \\d+ ms");
  private static final Pattern TOTAL =
      Pattern.compile("contract: (\\d+) passed, \\d+ failed, \\d+ skipped");
  private static final String SKIPPED = "skip ";
  private static final int MESSAGE_LINES = 8;

  /**
   * A contract's class.
   *
   * @param tests how many it has
   */
  record Type(String name, int tests, int passed, int failed, int skipped) {
    /** The figures alone, as a check shows them. */
    String counts() {
      return "tests=%d passed=%d failed=%d skipped=%d".formatted(tests, passed, failed, skipped);
    }

    /** Whether each of its tests ran, and none failed; a skipped one says why. */
    boolean holds() {
      return passed > 0 && failed == 0 && passed + skipped == tests;
    }
  }

  /** Reads lines, with carriage returns or without. */
  static ContractOutput of(String text) {
    List<Type> classes = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    OptionalInt total = OptionalInt.empty();
    List<String> lines = text.lines().map(String::stripTrailing).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher done = DONE.matcher(line);
      Matcher failed = FAILED.matcher(line);
      Matcher last = TOTAL.matcher(line);
      if (done.matches()) {
        classes.add(
            new Type(
                done.group(1),
                Integer.parseInt(done.group(2)),
                Integer.parseInt(done.group(3)),
                Integer.parseInt(done.group(4)),
                Integer.parseInt(done.group(5))));
      } else if (failed.matches()) {
        failures.add(failed.group(1) + ": " + message(lines, i + 1));
      } else if (line.startsWith(SKIPPED)) {
        skipped.add(line.substring(SKIPPED.length()));
      } else if (last.matches()) {
        total = OptionalInt.of(Integer.parseInt(last.group(1)));
      }
    }
    return new ContractOutput(
        List.copyOf(classes), List.copyOf(failures), List.copyOf(skipped), total);
  }

  /** An exception's lines as far as its trace. */
  private static String message(List<String> lines, int from) {
    return String.join(
            " ",
            lines.subList(from, Math.min(lines.size(), from + MESSAGE_LINES)).stream()
                .takeWhile(line -> !line.startsWith("\tat "))
                .map(String::strip)
                .toList())
        .strip();
  }
}
