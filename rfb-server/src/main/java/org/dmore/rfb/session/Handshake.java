package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dmore.rfb.codec.RfbReader;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.security.AddressBlocklist;
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
     * The client may not in.
     *
     * @param delay when to say so
     * @param farewell what to send then, before the connection is closed
     */
    void rejected(String reason, Duration delay, Consumer<ByteBuf> farewell);
  }

  private final List<SecurityType> offered;
  private final AddressBlocklist blocklist;
  private final SocketAddress address;
  private final Duration failureDelay;
  private final Outcome outcome;

  private ProtocolVersion version = ProtocolVersion.V3_8;
  private String versionText = "";
  private String securityName = "";
  private int securityNumber;
  private SecurityExchange exchange;

  Handshake(
      List<SecurityType> offered,
      AddressBlocklist blocklist,
      SocketAddress address,
      Duration failureDelay,
      Outcome outcome) {
    this.offered = offered;
    this.blocklist = blocklist;
    this.address = address;
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
    Duration blocked = blocklist.blockedFor(address);
    if (!blocked.isZero()) {
      return refuse(
          "too many failed authentications from this address: try again in seconds="
              + (blocked.toSeconds() + 1));
    }
    if (spoken == ProtocolVersion.V3_3) {
      for (SecurityType type : offered) {
        if (type.number() == SecurityTypeNumber.NONE
            || type.number() == SecurityTypeNumber.VNC_AUTHENTICATION) {
          outcome.send(out -> RfbWriter.securityType33(out, type.number()));
          return begin(type);
        }
      }
      return refuse("no security type offered here is known to RFB 3.3: use a newer client");
    }
    int[] numbers = offered.stream().mapToInt(SecurityType::number).toArray();
    outcome.send(out -> RfbWriter.securityTypes(out, numbers));
    return RfbReader.State.SECURITY_TYPE;
  }

  /** The client's choice; returns what to expect next. */
  RfbReader.State securityType(int number) {
    for (SecurityType type : offered) {
      if (type.number() == number) {
        return begin(type);
      }
    }
    return fail("security-type=" + number + " was not offered", Duration.ZERO);
  }

  /** Bytes for the exchange; returns what to expect next. */
  RfbReader.State receive(ByteBuf in) {
    return step(out -> exchange.receive(in, out));
  }

  private RfbReader.State begin(SecurityType type) {
    securityNumber = type.number();
    securityName = type.name();
    exchange = type.begin();
    return step(exchange::start);
  }

  private RfbReader.State step(Function<ByteBuf, SecurityOutcome> step) {
    SecurityOutcome[] reached = new SecurityOutcome[1];
    outcome.send(
        out -> {
          reached[0] = judge(step.apply(out));
          if (reached[0] instanceof SecurityOutcome.Accepted && hasResult()) {
            RfbWriter.securityResultOk(out);
          }
        });
    if (reached[0] instanceof SecurityOutcome.Rejected rejected) {
      return fail(rejected.reason(), failureDelay);
    }
    return reached[0] instanceof SecurityOutcome.Accepted
        ? RfbReader.State.CLIENT_INIT
        : RfbReader.State.SECURITY;
  }

  private SecurityOutcome judge(SecurityOutcome now) {
    if (now instanceof SecurityOutcome.Rejected) {
      blocklist.failed(address);
    }
    if (now instanceof SecurityOutcome.Accepted) {
      if (!blocklist.blockedFor(address).isZero()) {
        // Many connections at once must not buy more guesses than one after the other.
        return new SecurityOutcome.Rejected("too many failed authentications from this address");
      }
      if (securityNumber != SecurityTypeNumber.NONE) {
        blocklist.succeeded(address);
      }
    }
    return now;
  }

  private boolean hasResult() {
    return version.isAtLeast(ProtocolVersion.V3_8) || securityNumber != SecurityTypeNumber.NONE;
  }

  private RfbReader.State refuse(String reason) {
    outcome.rejected(reason, Duration.ZERO, out -> RfbWriter.refused(out, version, reason));
    return RfbReader.State.BAD_MESSAGE;
  }

  private RfbReader.State fail(String reason, Duration delay) {
    outcome.rejected(reason, delay, out -> RfbWriter.securityResultFailed(out, version, reason));
    return RfbReader.State.BAD_MESSAGE;
  }
}
