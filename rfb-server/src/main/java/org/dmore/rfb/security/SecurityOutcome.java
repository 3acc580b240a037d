package org.dmore.rfb.security;

import io.netty.channel.ChannelInboundHandler;
import java.util.concurrent.CompletionStage;
import org.dmore.rfb.Identity;

/** Where a {@link SecurityExchange} stands. */
public sealed interface SecurityOutcome {
  /** It waits for the client. */
  record Pending() implements SecurityOutcome {}

  /**
   * It waits for an answer from elsewhere; the client's bytes wait meanwhile.
   *
   * @param answer completed by any thread, with where the exchange then stands. A stage that fails
   *     refuses the client
   */
  record Verifying(CompletionStage<SecurityOutcome> answer) implements SecurityOutcome {}

  /**
   * The connection is encrypted from here on. What the exchange wrote before goes out as it is;
   * whatever the client sends after that, and is sent to it, passes through the codec.
   *
   * @param codec put in front of the connection's other handlers
   * @param ready completed when the codec can be relied on: the handshake of TLS, say. A stage that
   *     fails ends the connection
   * @param goodbye says through the codec that nothing more will be sent: the bare socket's end
   *     could be an attacker's
   * @param next goes on then, with {@link SecurityExchange#start}
   */
  record Secured(
      ChannelInboundHandler codec,
      CompletionStage<?> ready,
      Runnable goodbye,
      SecurityExchange next)
      implements SecurityOutcome {}

  /**
   * The client may in.
   *
   * @param identity who it is
   * @param proven whether it has shown a secret, which forgives its address what failed before
   */
  record Accepted(Identity identity, boolean proven) implements SecurityOutcome {
    /** By a secret. */
    public Accepted(Identity identity) {
      this(identity, true);
    }
  }

  /**
   * The client may not in, but guessed at no secret: this is not held against its address.
   *
   * @param reason for the log and, from RFB 3.8 on, for the client
   */
  record Refused(String reason) implements SecurityOutcome {}

  /**
   * The client may not in, since its proof is wrong. Too many of these block its address.
   *
   * @param reason for the log and, from RFB 3.8 on, for the client
   */
  record Rejected(String reason) implements SecurityOutcome {}
}
