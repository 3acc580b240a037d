package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.vdev.access.ConsoleRight;

/**
 * A way into a pair's console that is wanted.
 *
 * @param pair the pair's name
 * @param kind which
 * @param right what it is to let do
 * @param lifetime how long it is to open the console
 * @param uses how often; empty for any number of times, with a token
 * @param user for whom, for audits; may be empty
 * @param guest to whose console, where the pair has several user VMs; the first one's if empty
 */
public record ConsoleRequest(
    String pair,
    Kind kind,
    ConsoleRight right,
    Duration lifetime,
    OptionalInt uses,
    String user,
    Optional<String> guest) {

  /** One to the console of the pair's user VM. */
  public ConsoleRequest(
      String pair,
      Kind kind,
      ConsoleRight right,
      Duration lifetime,
      OptionalInt uses,
      String user) {
    this(pair, kind, right, lifetime, uses, user, Optional.empty());
  }

  /** What a viewer is to show. */
  public enum Kind {
    /** A password of 8 characters, for any viewer. */
    PASSWORD,
    /** A signed token, for viewers that take long passwords, and browsers. */
    TOKEN
  }
}
