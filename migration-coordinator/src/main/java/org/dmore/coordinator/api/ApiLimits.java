package org.dmore.coordinator.api;

import java.time.Duration;

/**
 * What a server does not let anybody exceed.
 *
 * @param maxHeaderBytes bytes of a request's line, and of all its headers; longer ones are refused
 *     with 414 and 431
 * @param maxBodyBytes bytes of a request's body; longer ones are refused with 413
 * @param maxConnections connections at once, on each listener; more are closed at once
 * @param handshake how long TLS may take
 * @param request how long a request may take to come, from its first byte, and an answer to be
 *     taken; a slower connection is closed
 * @param idle how long a connection may stay without a request
 * @param handling how long the control plane may take for an answer; then it is interrupted and the
 *     answer is 503
 * @param hostHandling the same for what one host asks of another: to start a DomR takes long
 * @param workers requests that are handled at once; as many of hosts again
 * @param queue requests that wait for a worker; more are refused with 503
 */
public record ApiLimits(
    int maxHeaderBytes,
    int maxBodyBytes,
    int maxConnections,
    Duration handshake,
    Duration request,
    Duration idle,
    Duration handling,
    Duration hostHandling,
    int workers,
    int queue) {

  /** For a {@code hostd}: 8 KiB, 256 KiB, 128 connections; 5 s, 10 s, 60 s, 30 s, 2 min; 8, 64. */
  public static final ApiLimits DEFAULT =
      new ApiLimits(
          8 << 10,
          256 << 10,
          128,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          8,
          64);

  /**
   * Checks that each is above zero.
   *
   * @throws IllegalArgumentException if one is not
   */
  public ApiLimits {
    positive("maxHeaderBytes", maxHeaderBytes);
    positive("maxBodyBytes", maxBodyBytes);
    positive("maxConnections", maxConnections);
    positive("handshake", handshake.toMillis());
    positive("request", request.toMillis());
    positive("idle", idle.toMillis());
    positive("handling", handling.toMillis());
    positive("hostHandling", hostHandling.toMillis());
    positive("workers", workers);
    positive("queue", queue);
  }

  /** The same with other times for TLS, and for a request to come. */
  public ApiLimits withConnect(Duration time) {
    return new ApiLimits(
        maxHeaderBytes,
        maxBodyBytes,
        maxConnections,
        time,
        time.compareTo(request) > 0 ? time : request,
        idle,
        handling,
        hostHandling,
        workers,
        queue);
  }

  /** The same with another time for an answer; what takes long may take no less. */
  public ApiLimits withHandling(Duration time) {
    return new ApiLimits(
        maxHeaderBytes,
        maxBodyBytes,
        maxConnections,
        handshake,
        request,
        idle,
        time,
        time.compareTo(hostHandling) > 0 ? time : hostHandling,
        workers,
        queue);
  }

  /** The same, with at least so much time for what one host asks of another. */
  public ApiLimits withHostHandling(Duration time) {
    return new ApiLimits(
        maxHeaderBytes,
        maxBodyBytes,
        maxConnections,
        handshake,
        request,
        idle,
        handling,
        time.compareTo(hostHandling) > 0 ? time : hostHandling,
        workers,
        queue);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be 1 or more (times: ms)");
    }
  }
}
