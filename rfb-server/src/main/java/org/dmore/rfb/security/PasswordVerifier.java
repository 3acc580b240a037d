package org.dmore.rfb.security;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dmore.rfb.Identity;

/**
 * Checks a user's name and password; implemented by whoever embeds the server, over a directory,
 * PAM, a token service.
 *
 * <p>Thread-safe. Called on the client's event loop, so it must return at once and do what takes
 * time elsewhere; the stage may be completed by any thread. While it is not, the client waits: its
 * bytes are left in its socket, and the handshake's deadline goes on. A client that goes meanwhile
 * does not cancel the stage.
 */
@FunctionalInterface
public interface PasswordVerifier {

  /**
   * Begins a check.
   *
   * @param user at most 1024 characters; empty where the client gave a password alone
   * @param password at most 1024 characters; overwritten once the stage is completed
   * @param from where the attempt comes from
   * @return who it is and what it may do; empty if name or password are wrong. A stage that fails
   *     refuses the client, is logged as an error, and is not held against the client's address
   */
  CompletionStage<Optional<Identity>> verify(String user, char[] password, ConnectionInfo from);
}
