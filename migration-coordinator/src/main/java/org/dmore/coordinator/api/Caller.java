package org.dmore.coordinator.api;

import java.util.Optional;

/**
 * Who asks.
 *
 * @param name from the certificate, or {@code uid=1000}
 * @param role what they may do; empty if nothing, and {@code problem} says why
 * @param problem for people; empty if there is none
 */
record Caller(String name, Optional<Role> role, String problem) {
  static Caller of(String name, Role role) {
    return new Caller(name, Optional.of(role), "");
  }

  static Caller refused(String name, String problem) {
    return new Caller(name, Optional.empty(), problem);
  }
}
