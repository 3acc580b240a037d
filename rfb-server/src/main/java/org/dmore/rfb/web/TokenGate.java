package org.dmore.rfb.web;

import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmore.rfb.Identity;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.ConnectionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who shows a right token, and no one's guesses: an address that failed too often is
 * blocked as by RFB's own authentication, and a failure is told late. Thread-safe.
 */
final class TokenGate {
  private static final Logger LOG = LoggerFactory.getLogger(TokenGate.class);

  /** What becomes of a client that showed a token. */
  sealed interface Verdict {}

  /** It is this one. */
  record Accepted(Identity identity) implements Verdict {}

  /** The token is not right. */
  record Refused() implements Verdict {}

  /** Its address failed too often. */
  record Blocked(Duration left) implements Verdict {}

  /** The check itself failed. */
  record Unavailable() implements Verdict {}

  private final TokenVerifier verifier;
  private final AddressBlocklist blocklist;
  private final Duration failureDelay;

  TokenGate(TokenVerifier verifier, AddressBlocklist blocklist, Duration failureDelay) {
    this.verifier = verifier;
    this.blocklist = blocklist;
    this.failureDelay = failureDelay;
  }

  /**
   * Checks a token.
   *
   * @param loop where this is called and {@code then} will be
   */
  void check(String token, ConnectionInfo from, EventExecutor loop, Consumer<Verdict> then) {
    Duration blocked = blocklist.blockedFor(from.address());
    if (!blocked.isZero()) {
      then.accept(new Blocked(blocked));
      return;
    }
    CompletionStage<Optional<Identity>> answer;
    try {
      answer = verifier.verify(token, from);
    } catch (RuntimeException e) {
      LOG.error("websocket address={}: the token verifier failed", from.address(), e);
      then.accept(new Unavailable());
      return;
    }
    CompletionStage<?> unused =
        answer.whenComplete(
            (identity, failure) -> {
              try {
                loop.execute(() -> judge(identity, failure, from.address(), loop, then));
              } catch (RejectedExecutionException e) {
                // The loops are shut down and the connection with them.
              }
            });
  }

  private void judge(
      Optional<Identity> identity,
      Throwable failure,
      SocketAddress address,
      EventExecutor loop,
      Consumer<Verdict> then) {
    if (failure != null) {
      LOG.error("websocket address={}: the token verifier failed", address, failure);
      then.accept(new Unavailable());
      return;
    }
    // Many connections at once must not buy more guesses than one after the other: a right token
    // and a wrong one are answered alike, and neither is counted.
    Duration blocked = blocklist.blockedFor(address);
    if (!blocked.isZero()) {
      then.accept(new Blocked(blocked));
      return;
    }
    if (identity.isEmpty()) {
      blocklist.failed(address);
      Future<?> unused =
          loop.schedule(
              () -> then.accept(new Refused()), failureDelay.toNanos(), TimeUnit.NANOSECONDS);
      return;
    }
    blocklist.succeeded(address);
    then.accept(new Accepted(identity.get()));
  }
}
