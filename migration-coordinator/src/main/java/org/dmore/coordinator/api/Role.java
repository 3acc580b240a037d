package org.dmore.coordinator.api;

import java.util.Locale;
import java.util.Optional;

/** What somebody may ask of a {@code hostd}; a certificate says it as its subject's OU. */
public enum Role {
  /** Another {@code hostd}: everything, and this host's VMs beside. */
  HOST,
  /** The whole control plane. */
  OPERATOR,
  /** To look at the control plane, and change nothing. */
  VIEWER;

  /** As it is written in certificates: {@code host}, {@code operator}, {@code viewer}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #text} wrote; empty if it is none. */
  public static Optional<Role> of(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
