package org.dmore.coordinator.cli;

import java.io.IOException;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.DomainDirectory;

/**
 * Which console a command in dom0 is for: {@code NAME} of its console VM, or {@code NAME/GUEST}
 * where that serves several.
 */
final class ConsoleName {
  /** For an option's description. */
  static final String LABEL = "NAME[/GUEST]";

  private ConsoleName() {}

  /**
   * Finds it.
   *
   * @throws IOException if there is no such console VM here
   */
  static ConsoleId find(DomainDirectory directory, String text) throws IOException {
    int slash = text.indexOf('/');
    return slash < 0
        ? ConsoleId.only(directory.require(text))
        : new ConsoleId(directory.require(text.substring(0, slash)), text.substring(slash + 1));
  }
}
