package org.dmore.rfb.security;

/** Where a {@link SecurityExchange} stands. */
public sealed interface SecurityOutcome {
  /** It waits for the client. */
  record Pending() implements SecurityOutcome {}

  /** The client may in. */
  record Accepted() implements SecurityOutcome {}

  /**
   * The client may not in.
   *
   * @param reason for the log and, from RFB 3.8 on, for the client
   */
  record Rejected(String reason) implements SecurityOutcome {}
}
