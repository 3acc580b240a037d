package org.dmore.rfb.web;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dmore.rfb.Identity;
import org.dmore.rfb.security.ConnectionInfo;

/**
 * Checks a token that a WebSocket's client shows; implemented by whoever embeds the server. Who
 * shows a right one is asked for nothing more by RFB.
 *
 * <p>Thread-safe. Called on the client's event loop, so it must return at once and do what takes
 * time elsewhere; the stage may be completed by any thread.
 */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * Begins a check.
   *
   * @param token as it was shown; no longer than a request's headers may be. Never to be logged
   * @param from where it comes from
   * @return whose it is and what it lets them do; empty if it is wrong or no longer right. A stage
   *     that fails refuses the client, is logged as an error, and is not held against its address
   */
  CompletionStage<Optional<Identity>> verify(String token, ConnectionInfo from);
}
