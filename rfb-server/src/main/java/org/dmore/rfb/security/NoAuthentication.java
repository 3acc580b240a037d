package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.Identity;
import org.dmore.rfb.protocol.SecurityTypeNumber;

/** Lets everyone in (RFC 6143, 7.2.1). */
public final class NoAuthentication implements SecurityType {
  private final Identity everyone;

  /** Everyone may do everything. */
  public NoAuthentication() {
    this(Identity.full(""));
  }

  /** Everyone is taken for this one, and may do what it may. */
  public NoAuthentication(Identity everyone) {
    this.everyone = everyone;
  }

  @Override
  public int number() {
    return SecurityTypeNumber.NONE;
  }

  @Override
  public String name() {
    return "None";
  }

  @Override
  public SecurityExchange begin(ConnectionInfo connection) {
    Identity identity = connection.identity().orElse(everyone);
    return new SecurityExchange() {
      @Override
      public SecurityOutcome start(ByteBuf out) {
        return new SecurityOutcome.Accepted(identity, false);
      }

      @Override
      public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
        throw new IllegalStateException("None has no exchange");
      }
    };
  }
}
