package org.dmore.benchmarks.lab.scenario;

import java.util.List;
import java.util.Optional;

/**
 * What the probe in DomR says of one attempt.
 *
 * @param attempt its name
 * @param allowed whether it succeeded
 * @param details what was seen: an errno, a status of Xen's, counts
 */
record ProbeLine(String attempt, boolean allowed, String details) {
  private static final String PROBE = "PROBE ";
  private static final String ALLOWED = "allowed";
  private static final String REFUSED = "refused";

  /** Reads a line; empty if it is no word of the probe's. */
  static Optional<ProbeLine> parse(String line) {
    if (!line.startsWith(PROBE)) {
      return Optional.empty();
    }
    String[] words = line.strip().split(" ", 4);
    if (words.length < 3 || !List.of(ALLOWED, REFUSED).contains(words[2])) {
      throw new IllegalArgumentException("\"" + line + "\" is no line of the probe's");
    }
    return Optional.of(
        new ProbeLine(words[1], words[2].equals(ALLOWED), words.length > 3 ? words[3] : ""));
  }

  /** As it is reported. */
  String seen() {
    return (allowed ? ALLOWED : REFUSED) + (details.isEmpty() ? "" : " " + details);
  }

  static String expected(boolean allowed) {
    return allowed ? ALLOWED : REFUSED;
  }
}
