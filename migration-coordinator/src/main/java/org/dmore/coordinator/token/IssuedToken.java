package org.dmore.coordinator.token;

import java.time.Instant;

/**
 * A token.
 *
 * @param id by which it can be revoked
 * @param expires when its time is over
 * @param text what opens the console: a secret
 */
public record IssuedToken(String id, Instant expires, String text) {
  /** Without the secret. */
  @Override
  public String toString() {
    return "IssuedToken[id=" + id + " expires=" + expires + "]";
  }
}
