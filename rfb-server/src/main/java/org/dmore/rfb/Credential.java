package org.dmore.rfb;

import java.time.Instant;

/**
 * What let a client in, where it has a name of its own: a token, a one-time password. It is no
 * secret.
 *
 * @param id by which it can be told from others, in logs and when it is revoked; printable ASCII
 *     without spaces, 1 to {@value #MAX_ID} characters
 * @param issued when it was made
 */
public record Credential(String id, Instant issued) {
  /** Longest id in characters. */
  public static final int MAX_ID = 128;

  public Credential {
    if (id.isEmpty() || id.length() > MAX_ID) {
      throw new IllegalArgumentException(
          "credential id-length=" + id.length() + " must be 1 to " + MAX_ID);
    }
    if (!id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("credential id is not printable ASCII without spaces");
    }
  }
}
