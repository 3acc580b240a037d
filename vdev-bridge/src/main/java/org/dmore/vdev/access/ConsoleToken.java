package org.dmore.vdev.access;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * What a token says, once it is known to be its issuer's. Its form is a compact JWS (RFC 7515) with
 * the header {@code {"alg":"ES256","kid":...,"typ":"console+jwt"}} and claims of RFC 7519:
 *
 * <pre>
 *  iss    the issuer                  iat  when it was issued
 *  aud    console:VM                  nbf  from when on it is valid
 *  sub    for whom; may be missing    exp  until when
 *  jti    the id                      right  view, control or power
 *                                     uses   how often; any number if missing
 * </pre>
 *
 * <p>Times are whole seconds since 1970.
 *
 * @param id 8 to 64 letters, digits, {@code _} and {@code -}; no two of an issuer have the same
 * @param issuer as the key's
 * @param user for whom it was issued, for audits; empty if nobody said
 * @param vm the VM's name, wherever the VM may be
 * @param right what it lets do
 * @param uses how often it opens the console; empty for any number of times
 */
public record ConsoleToken(
    String id,
    String issuer,
    String user,
    String vm,
    ConsoleRight right,
    OptionalInt uses,
    Instant issued,
    Instant notBefore,
    Instant expires) {

  /** The one algorithm: ECDSA on P-256 with SHA-256 (RFC 7518, 3.4). */
  public static final String ALGORITHM = "ES256";

  /** Tells these tokens from others that the same issuer may sign (RFC 8725, 3.11). */
  public static final String TYPE = "console+jwt";

  /** What the audience begins with; the VM's name follows. */
  public static final String AUDIENCE = "console:";

  /** The claim that holds a {@link ConsoleRight}. */
  public static final String RIGHT = "right";

  /** The claim that holds how often. */
  public static final String USES = "uses";
}
