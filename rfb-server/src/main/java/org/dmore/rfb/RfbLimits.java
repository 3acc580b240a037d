package org.dmore.rfb;

import java.time.Duration;

/**
 * What the server allows. Durations of a connection are counted in time that its event loop runs: a
 * loop that stands still, as in a VM that migrates, cuts no one.
 *
 * <p>A limit more is a component here, and in {@link Builder} a field with its default, a setter
 * and a line of {@link Builder#build}.
 *
 * @param maxConnections connections at a time, those in the handshake counted; more are closed at
 *     once
 * @param handshakeTimeout from the connection to ClientInit
 * @param stallTimeout a client that takes no byte for that long, while there are some for it, is
 *     cut; one that leaves fences unanswered for that long gets updates without them
 * @param maxCutText bytes of a client's clipboard; a longer one is left out
 * @param maxEncodings numbers of a SetEncodings that are kept; those after are left out
 * @param authenticationFailureDelay after which a failure is answered
 * @param maxAuthenticationFailures failures in a row after which an address is blocked
 * @param firstBlock how long the first block lasts; each further failure doubles it
 * @param maxConnectionsPerAddress of {@code maxConnections}, those from one address; behind a proxy
 *     that does not tell addresses, all are of one
 * @param idleTimeout a client that sends no key and no pointer for that long is disconnected; zero
 *     for never
 * @param outputBuffer bytes that wait for a client's socket before encoding stops
 * @param maxComparedPixels of a desktop with more pixels no copy is kept, so that each report of
 *     damage counts as a change; 0 for none at all. A copy takes 4 bytes a pixel
 */
public record RfbLimits(
    int maxConnections,
    Duration handshakeTimeout,
    Duration stallTimeout,
    int maxCutText,
    int maxEncodings,
    Duration authenticationFailureDelay,
    int maxAuthenticationFailures,
    Duration firstBlock,
    int maxConnectionsPerAddress,
    Duration idleTimeout,
    int outputBuffer,
    int maxComparedPixels) {

  public RfbLimits {
    atLeastOne("maxConnections", maxConnections);
    positive("handshakeTimeout", handshakeTimeout);
    positive("stallTimeout", stallTimeout);
    if (maxCutText < 0) {
      throw new IllegalArgumentException("maxCutText=" + maxCutText + " must not be negative");
    }
    atLeastOne("maxEncodings", maxEncodings);
    if (authenticationFailureDelay.isNegative()) {
      throw new IllegalArgumentException(
          "authenticationFailureDelay=" + authenticationFailureDelay + " must not be negative");
    }
    atLeastOne("maxAuthenticationFailures", maxAuthenticationFailures);
    positive("firstBlock", firstBlock);
    atLeastOne("maxConnectionsPerAddress", maxConnectionsPerAddress);
    if (idleTimeout.isNegative()) {
      throw new IllegalArgumentException("idleTimeout=" + idleTimeout + " must not be negative");
    }
    atLeastOne("outputBuffer", outputBuffer);
    if (maxComparedPixels < 0) {
      throw new IllegalArgumentException(
          "maxComparedPixels=" + maxComparedPixels + " must not be negative");
    }
  }

  /** The limits that {@link Builder} begins with. */
  public static RfbLimits defaults() {
    return builder().build();
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Bytes that may wait for a client's socket before it is cut: those after which encoding stops,
   * and then room for the answers that need no encoding (clipboards, fences, cursors).
   */
  public long maxPendingOutput() {
    return 4L * (outputBuffer + maxCutText) + (4L << 20);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be 1 or more");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + "=" + value + " must be positive");
    }
  }

  /** Changes some limits and leaves the others at their defaults. Not thread-safe. */
  public static final class Builder {
    private int maxConnections = 64;
    private Duration handshakeTimeout = Duration.ofSeconds(30);
    private Duration stallTimeout = Duration.ofSeconds(60);
    private int maxCutText = 1 << 20;
    private int maxEncodings = 1024;
    private Duration authenticationFailureDelay = Duration.ofMillis(100);
    private int maxAuthenticationFailures = 5;
    private Duration firstBlock = Duration.ofSeconds(10);
    private int maxConnectionsPerAddress = Integer.MAX_VALUE;
    private Duration idleTimeout = Duration.ZERO;
    private int outputBuffer = 1 << 16;
    private int maxComparedPixels = 1 << 24;

    private Builder() {}

    /** 64. */
    public Builder maxConnections(int value) {
      maxConnections = value;
      return this;
    }

    /** 30 s. */
    public Builder handshakeTimeout(Duration value) {
      handshakeTimeout = value;
      return this;
    }

    /** 60 s. */
    public Builder stallTimeout(Duration value) {
      stallTimeout = value;
      return this;
    }

    /** 1 MiB. */
    public Builder maxCutText(int value) {
      maxCutText = value;
      return this;
    }

    /** 1024. */
    public Builder maxEncodings(int value) {
      maxEncodings = value;
      return this;
    }

    /** 100 ms. */
    public Builder authenticationFailureDelay(Duration value) {
      authenticationFailureDelay = value;
      return this;
    }

    /** 5. */
    public Builder maxAuthenticationFailures(int value) {
      maxAuthenticationFailures = value;
      return this;
    }

    /** 10 s. */
    public Builder firstBlock(Duration value) {
      firstBlock = value;
      return this;
    }

    /** No bound of its own. */
    public Builder maxConnectionsPerAddress(int value) {
      maxConnectionsPerAddress = value;
      return this;
    }

    /** Never. */
    public Builder idleTimeout(Duration value) {
      idleTimeout = value;
      return this;
    }

    /** 64 KiB. */
    public Builder outputBuffer(int value) {
      outputBuffer = value;
      return this;
    }

    /** 4096 x 4096, which takes 64 MiB. */
    public Builder maxComparedPixels(int value) {
      maxComparedPixels = value;
      return this;
    }

    /**
     * Makes the limits.
     *
     * @throws IllegalArgumentException naming the limit that is out of its range
     */
    public RfbLimits build() {
      return new RfbLimits(
          maxConnections,
          handshakeTimeout,
          stallTimeout,
          maxCutText,
          maxEncodings,
          authenticationFailureDelay,
          maxAuthenticationFailures,
          firstBlock,
          maxConnectionsPerAddress,
          idleTimeout,
          outputBuffer,
          maxComparedPixels);
    }
  }
}
