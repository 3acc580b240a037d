package org.dmore.rfb;

import java.time.Duration;

/**
 * What the server allows. Durations of a connection are counted in time that its event loop runs: a
 * loop that stands still, as in a VM that migrates, cuts no one.
 *
 * @param maxConnections connections at a time, those in the handshake counted; more are closed at
 *     once
 * @param handshakeTimeout from the connection to ClientInit
 * @param stallTimeout a client that takes no byte for that long, while there are some for it, is
 *     cut
 * @param maxCutText bytes of a client's clipboard; a longer one is left out
 * @param maxEncodings numbers of a SetEncodings that are kept; those after are left out
 * @param authenticationFailureDelay after which a failure is answered
 * @param maxAuthenticationFailures failures in a row after which an address is blocked
 * @param firstBlock how long the first block lasts; each further failure doubles it
 * @param outputBuffer bytes that wait for a client's socket before encoding stops
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
    int outputBuffer) {

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
    atLeastOne("outputBuffer", outputBuffer);
  }

  /** 64 connections, 30 s, 60 s, 1 MiB, 1024, 100 ms, 5, 10 s, 256 KiB. */
  public static RfbLimits defaults() {
    return new RfbLimits(
        64,
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        1 << 20,
        1024,
        Duration.ofMillis(100),
        5,
        Duration.ofSeconds(10),
        1 << 18);
  }

  public RfbLimits withMaxConnections(int value) {
    return new RfbLimits(
        value,
        handshakeTimeout,
        stallTimeout,
        maxCutText,
        maxEncodings,
        authenticationFailureDelay,
        maxAuthenticationFailures,
        firstBlock,
        outputBuffer);
  }

  public RfbLimits withHandshakeTimeout(Duration value) {
    return new RfbLimits(
        maxConnections,
        value,
        stallTimeout,
        maxCutText,
        maxEncodings,
        authenticationFailureDelay,
        maxAuthenticationFailures,
        firstBlock,
        outputBuffer);
  }

  public RfbLimits withStallTimeout(Duration value) {
    return new RfbLimits(
        maxConnections,
        handshakeTimeout,
        value,
        maxCutText,
        maxEncodings,
        authenticationFailureDelay,
        maxAuthenticationFailures,
        firstBlock,
        outputBuffer);
  }

  public RfbLimits withMaxCutText(int value) {
    return new RfbLimits(
        maxConnections,
        handshakeTimeout,
        stallTimeout,
        value,
        maxEncodings,
        authenticationFailureDelay,
        maxAuthenticationFailures,
        firstBlock,
        outputBuffer);
  }

  /** After how many failures an address is blocked, and for how long at first. */
  public RfbLimits withBlocking(int failures, Duration first) {
    return new RfbLimits(
        maxConnections,
        handshakeTimeout,
        stallTimeout,
        maxCutText,
        maxEncodings,
        authenticationFailureDelay,
        failures,
        first,
        outputBuffer);
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
}
