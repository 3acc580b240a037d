package org.dmore.coordinator.cli.hostd;

import java.util.Optional;

/**
 * Which user VM a command is about: {@code PAIR}, or {@code PAIR/GUEST} where a pair has several.
 *
 * @param pair the pair's name
 * @param guest the user VM's name; the pair's first one if empty
 */
record GuestName(String pair, Optional<String> guest) {
  /** For the parameter's description. */
  static final String LABEL = "PAIR[/GUEST]";

  /** Reads it; hostd says whether there is such a one. */
  static GuestName parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new GuestName(text, Optional.empty())
        : new GuestName(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
  }
}
