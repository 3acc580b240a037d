package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;

/**
 * One connection's run through a {@link SecurityType}. Called on the connection's event loop; must
 * not block.
 */
public interface SecurityExchange {

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
   */
  SecurityOutcome receive(ByteBuf in, ByteBuf out);
}
