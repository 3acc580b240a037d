package org.dmore.rfb.security;

import java.util.Optional;
import org.dmore.rfb.Identity;

/**
 * Finds out which password a client has used in {@link VncAuthentication}; implemented by whoever
 * has more of them than one for all and one for looking.
 *
 * <p>Thread-safe. Called on the client's event loop; must not block.
 */
@FunctionalInterface
public interface ChallengeVerifier {

  /**
   * Checks a client's answer.
   *
   * @param challenge 16 bytes that the client was sent, and no other client
   * @param response the client's 16 bytes; {@link VncAuthentication#response} tells what they are
   *     with the right password. To be compared in constant time
   * @param from where the attempt comes from
   * @return who it is and what it may do; empty if it is no password's answer
   */
  Optional<Identity> verify(byte[] challenge, byte[] response, ConnectionInfo from);
}
