package org.dmore.coordinator.host;

import java.util.Locale;
import java.util.Optional;

/** What a viewer may ask of a VM. */
public enum PowerAction {
  /** A clean shutdown. */
  SHUTDOWN,
  /** A clean reboot. */
  REBOOT,
  /** An abrupt reset. */
  RESET;

  /** As it stands in a request; empty if it is none. */
  static Optional<PowerAction> of(String verb) {
    for (PowerAction action : values()) {
      if (action.name().toLowerCase(Locale.ROOT).equals(verb)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
