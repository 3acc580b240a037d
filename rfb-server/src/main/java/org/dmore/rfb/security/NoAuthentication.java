package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.SecurityTypeNumber;

/** Lets everyone in (RFC 6143, 7.2.1). */
public final class NoAuthentication implements SecurityType {
  @Override
  public int number() {
    return SecurityTypeNumber.NONE;
  }

  @Override
  public String name() {
    return "None";
  }

  @Override
  public SecurityExchange begin() {
    return new SecurityExchange() {
      @Override
      public SecurityOutcome start(ByteBuf out) {
        return new SecurityOutcome.Accepted();
      }

      @Override
      public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
        throw new IllegalStateException("None has no exchange");
      }
    };
  }
}
