package org.dmore.coordinator.api;

import java.util.Locale;

/** Who may use a route. */
enum Access {
  /** Whoever can connect. */
  ANYONE,
  /** Everybody who is known. */
  VIEWERS,
  /** Operators, and hosts. */
  OPERATORS,
  /** Hosts alone. */
  HOSTS;

  boolean allows(Role role) {
    return switch (this) {
      case ANYONE, VIEWERS -> true;
      case OPERATORS -> role != Role.VIEWER;
      case HOSTS -> role == Role.HOST;
    };
  }

  /** For people. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
