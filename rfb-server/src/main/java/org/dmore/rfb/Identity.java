package org.dmore.rfb;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who a client is, and what it may do.
 *
 * @param name the user's name or a token's subject, for logs, audits and other users' eyes; empty
 *     if nothing told it, as with a password that several share; without control characters, which
 *     would forge lines of a log
 * @param rights what it may do; unmodifiable
 * @param credential what let it in, if that has a name of its own
 */
public record Identity(String name, Set<Right> rights, Optional<Credential> credential) {
  private static final int MAX_NAME = 256;

  public Identity {
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "identity name-length=" + name.length() + " must be " + MAX_NAME + " or less");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("identity name has control characters");
    }
    EnumSet<Right> copy = EnumSet.noneOf(Right.class);
    copy.addAll(rights);
    rights = Collections.unmodifiableSet(copy);
  }

  /** One who was let in by what others have too, or by nothing. */
  public Identity(String name, Set<Right> rights) {
    this(name, rights, Optional.empty());
  }

  /** One who may do all that there is. */
  public static Identity full(String name) {
    return new Identity(name, EnumSet.allOf(Right.class));
  }

  /** One who may look and touch nothing. */
  public static Identity viewOnly(String name) {
    return new Identity(name, EnumSet.of(Right.VIEW));
  }

  /** Whether it may. */
  public boolean may(Right right) {
    return rights.contains(right);
  }
}
