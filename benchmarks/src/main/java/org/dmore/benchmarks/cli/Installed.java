package org.dmore.benchmarks.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What of some subjects can be measured on this machine. */
final class Installed {
  private Installed() {}

  /**
   * Those that nothing is missing for; says of the others what is.
   *
   * @param title a subject's name
   * @param missing what of its needs is not installed, a text for each
   */
  static <S> List<S> of(
      S[] subjects, Function<S, String> title, Function<S, List<String>> missing, PrintWriter err) {
    List<S> present = new ArrayList<>();
    for (S subject : subjects) {
      List<String> needs = missing.apply(subject);
      if (needs.isEmpty()) {
        present.add(subject);
      } else {
        err.println(
            "dmore: %s is left out: %s".formatted(title.apply(subject), String.join("; ", needs)));
      }
    }
    return present;
  }
}
