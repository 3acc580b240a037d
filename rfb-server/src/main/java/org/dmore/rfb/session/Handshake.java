package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Right;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.rfb.codec.RfbReader;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityExchange;
import org.dmore.rfb.security.SecurityOutcome;
import org.dmore.rfb.security.SecurityType;

/**
 * The handshake's decisions from the version to the security result (RFC 6143, 7.1), by version:
 *
 * <ul>
 *   <li>3.3: the server says the security type; there is no result after None, and no reason after
 *       a failure;
 *   <li>3.7: the client chooses; else as 3.3;
 *   <li>3.8: the client chooses; there is always a result, and a reason after a failure.
 * </ul>
 *
 * <p>Used on the client's event loop.
 */
final class Handshake {

  /** What becomes of a connection. */
  interface Outcome {
    /** Sends something. */
    void send(Consumer<ByteBuf> content);

    /**
     * Puts a codec in front of everything, for all that is sent and received from now on.
     *
     * @param goodbye says through it that nothing more will be sent
     */
    void insert(ChannelInboundHandler codec, Runnable goodbye);

    /**
     * Waits, with {@link RfbReader.State#WAIT}, for what is to come from elsewhere.
     *
     * @param holdInput whether the client's socket is left alone meanwhile
     * @param then called on the event loop, unless the connection has ended; returns what to expect
     *     next
     */
    <T> void await(
        CompletionStage<T> stage,
        boolean holdInput,
        BiFunction<Optional<T>, Optional<Throwable>, RfbReader.State> then);

    /** Who the client is; it may in. */
    void accepted(Identity identity);

    /** The connection cannot go on, and there is no way to tell the client why. */
    void broken(String reason);

    /** The embedder's own part failed. */
    void failed(String what, Throwable cause);

    /**
     * The client may not in.
     *
     * @param why for who counts
     * @param delay when to say so
     * @param farewell what to send then, before the connection is closed
     */
    void rejected(Refusal why, String reason, Duration delay, Consumer<ByteBuf> farewell);
  }

  private static final SecurityType KNOWN_ALREADY = new NoAuthentication();

  private final List<SecurityType> offered;
  private final AddressBlocklist blocklist;
  private final ConnectionInfo connection;
  private final Duration failureDelay;
  private final Outcome outcome;

  private ProtocolVersion version = ProtocolVersion.V3_8;
  private String versionText = "";
  private SecurityType type = KNOWN_ALREADY;
  private String securityName = "";
  private SecurityExchange exchange;

  Handshake(
      List<SecurityType> offered,
      AddressBlocklist blocklist,
      ConnectionInfo connection,
      Duration failureDelay,
      Outcome outcome) {
    this.offered =
        connection.identity().isPresent()
            ? List.of(KNOWN_ALREADY)
            : offered.stream().filter(type -> type.isOfferedTo(connection)).toList();
    this.blocklist = blocklist;
    this.connection = connection;
    this.failureDelay = failureDelay;
    this.outcome = outcome;
  }

  /** As {@code 3.8}; empty before it is agreed on. */
  String version() {
    return versionText;
  }

  /** The security type's name; empty before it is chosen. */
  String security() {
    return securityName;
  }

  void start() {
    outcome.send(out -> RfbWriter.version(out, ProtocolVersion.V3_8));
  }

  /** The client's version; returns what to expect next. */
  RfbReader.State version(ProtocolVersion spoken) {
    version = spoken;
    versionText = spoken.text();
    Duration blocked = blocklist.blockedFor(connection.address());
    if (!blocked.isZero()) {
      return refuse(
          Refusal.BLOCKED,
          "too many failed authentications from this address: try again in seconds="
              + (blocked.toSeconds() + 1));
    }
    if (spoken == ProtocolVersion.V3_3) {
      for (SecurityType one : offered) {
        if (one.number() == SecurityTypeNumber.NONE
            || one.number() == SecurityTypeNumber.VNC_AUTHENTICATION) {
          outcome.send(out -> RfbWriter.securityType33(out, one.number()));
          return begin(one);
        }
      }
      return refuse(
          Refusal.NOT_OFFERED,
          "no security type offered here is known to RFB 3.3: use a newer client");
    }
    if (offered.isEmpty()) {
      return refuse(
          Refusal.NOT_OFFERED,
          "no security type is offered to this connection: use one that is encrypted");
    }
    int[] numbers = offered.stream().mapToInt(SecurityType::number).toArray();
    outcome.send(out -> RfbWriter.securityTypes(out, numbers));
    return RfbReader.State.SECURITY_TYPE;
  }

  /** The client's choice; returns what to expect next. */
  RfbReader.State securityType(int number) {
    for (SecurityType one : offered) {
      if (one.number() == number) {
        return begin(one);
      }
    }
    return fail(Refusal.NOT_OFFERED, "security-type=" + number + " was not offered", Duration.ZERO);
  }

  /** Bytes for the exchange; returns what to expect next. */
  RfbReader.State receive(ByteBuf in) {
    return step(out -> exchange.receive(in, out));
  }

  private RfbReader.State begin(SecurityType chosen) {
    type = chosen;
    securityName = chosen.name();
    exchange = chosen.begin(connection);
    return step(exchange::start);
  }

  private RfbReader.State step(Function<ByteBuf, SecurityOutcome> step) {
    SecurityOutcome[] reached = new SecurityOutcome[1];
    outcome.send(out -> reached[0] = step.apply(out));
    securityName = exchange.name().isEmpty() ? securityName : exchange.name();
    return follow(reached[0]);
  }

  private RfbReader.State follow(SecurityOutcome reached) {
    // A sealed interface's switch needs Java 21.
    if (reached instanceof SecurityOutcome.Pending) {
      return RfbReader.State.SECURITY;
    }
    if (reached instanceof SecurityOutcome.Verifying verifying) {
      outcome.await(verifying.answer(), true, this::answered);
      return RfbReader.State.WAIT;
    }
    if (reached instanceof SecurityOutcome.Secured secured) {
      outcome.insert(secured.codec(), secured.goodbye());
      outcome.await(secured.ready(), false, (ready, problem) -> secured(secured.next(), problem));
      return RfbReader.State.WAIT;
    }
    if (reached instanceof SecurityOutcome.Accepted accepted) {
      return accept(accepted);
    }
    if (reached instanceof SecurityOutcome.Refused refused) {
      return fail(Refusal.NOT_OFFERED, refused.reason(), Duration.ZERO);
    }
    if (isBlocked()) {
      return failBlocked();
    }
    blocklist.failed(connection.address());
    return fail(
        Refusal.AUTHENTICATION, ((SecurityOutcome.Rejected) reached).reason(), failureDelay);
  }

  private RfbReader.State answered(Optional<SecurityOutcome> answer, Optional<Throwable> problem) {
    if (answer.isPresent()) {
      return follow(answer.get());
    }
    // Not held against the address: a directory that is down must not lock its users out.
    outcome.failed("the password's check", problem.orElseGet(IllegalStateException::new));
    return fail(
        Refusal.NOT_OFFERED, "authentication is not possible now: try again later", failureDelay);
  }

  private RfbReader.State secured(SecurityExchange next, Optional<Throwable> problem) {
    if (problem.isPresent()) {
      outcome.broken("no encryption: " + Session.brief(problem.get()));
      return RfbReader.State.BAD_MESSAGE;
    }
    exchange = next;
    return step(exchange::start);
  }

  private RfbReader.State accept(SecurityOutcome.Accepted accepted) {
    Identity identity = accepted.identity();
    if (isBlocked()) {
      return failBlocked();
    }
    if (!identity.may(Right.VIEW)) {
      return fail(
          Refusal.AUTHENTICATION,
          "user=" + identity.name() + " has no right to see this desktop",
          failureDelay);
    }
    if (accepted.proven()) {
      blocklist.succeeded(connection.address());
    }
    outcome.accepted(identity);
    if (hasResult()) {
      outcome.send(RfbWriter::securityResultOk);
    }
    return RfbReader.State.CLIENT_INIT;
  }

  private boolean isBlocked() {
    return !blocklist.blockedFor(connection.address()).isZero();
  }

  /**
   * Many connections at once must not buy more guesses than one after the other: a right proof and
   * a wrong one are answered alike, and neither is counted, which the block's length would tell.
   */
  private RfbReader.State failBlocked() {
    return fail(Refusal.BLOCKED, "too many failed authentications from this address", failureDelay);
  }

  private boolean hasResult() {
    return version.isAtLeast(ProtocolVersion.V3_8) || type.number() != SecurityTypeNumber.NONE;
  }

  private RfbReader.State refuse(Refusal why, String reason) {
    outcome.rejected(why, reason, Duration.ZERO, out -> RfbWriter.refused(out, version, reason));
    return RfbReader.State.BAD_MESSAGE;
  }

  private RfbReader.State fail(Refusal why, String reason, Duration delay) {
    outcome.rejected(
        why, reason, delay, out -> RfbWriter.securityResultFailed(out, version, reason));
    return RfbReader.State.BAD_MESSAGE;
  }
}
