package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;

/**
 * One connection's run through a {@link SecurityType}. Called on the connection's event loop; must
 * not block.
 */
public interface SecurityExchange {

  /** What the log calls it once it knows more than its type's name; empty until then. */
  default String name() {
    return "";
  }

  /**
   * Begins.
   *
   * @param out receives what is sent first
   */
  SecurityOutcome start(ByteBuf out);

  /**
   * Takes what the client sent.
   *
   * @param in if it does not hold a whole step, it must be left as it is
   * @param out receives what is sent back
   * @throws org.dmore.rfb.protocol.RfbProtocolException if the bytes make no sense
   */
  SecurityOutcome receive(ByteBuf in, ByteBuf out);
}
