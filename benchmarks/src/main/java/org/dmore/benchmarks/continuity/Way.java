package org.dmore.benchmarks.continuity;

/** A way of serving the console of a VM that is moved. */
public enum Way {
  /** DomU and its DomR, with the console's server in it, move together. */
  PAIR("the pair"),
  /** The server stays where it is, its clients are cut off and connect to the destination's. */
  RECONNECT("drop and reconnect"),
  /** The same behind a proxy that keeps the client's connection and buffers what comes. */
  PROXY("buffering proxy in front of dom0");

  private final String subject;

  Way(String subject) {
    this.subject = subject;
  }

  /** Its name in tables and results. */
  public String subject() {
    return subject;
  }
}
