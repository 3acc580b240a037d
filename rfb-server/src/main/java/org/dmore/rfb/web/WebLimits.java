package org.dmore.rfb.web;

import java.time.Duration;

/**
 * What the web side of a server allows before a connection is a session. Durations are counted in
 * time that the event loop runs.
 *
 * @param maxConnections connections at a time that are not sessions yet: browsers that fetch the
 *     page, clients of a shared port or behind a proxy that have not spoken
 * @param maxRequestLine bytes of a request's first line
 * @param maxHeaders bytes of all headers of a request
 * @param requestTimeout from the connection, or a response, to the end of the next request; TLS and
 *     the PROXY header have as long again
 * @param maxFrame bytes of one WebSocket frame; it is never held as a whole
 * @param viewerPatience how long a client of a port that RFB shares may be silent until it is taken
 *     for a viewer; five times that if its address spoke HTTP lately
 * @param pingInterval a WebSocket to which nothing was written for that long is sent a ping
 */
public record WebLimits(
    int maxConnections,
    int maxRequestLine,
    int maxHeaders,
    Duration requestTimeout,
    long maxFrame,
    Duration viewerPatience,
    Duration pingInterval) {

  public WebLimits {
    atLeastOne("maxConnections", maxConnections);
    atLeastOne("maxRequestLine", maxRequestLine);
    atLeastOne("maxHeaders", maxHeaders);
    positive("requestTimeout", requestTimeout);
    atLeastOne("maxFrame", maxFrame);
    positive("viewerPatience", viewerPatience);
    positive("pingInterval", pingInterval);
  }

  /** 128 connections, 4 KiB, 16 KiB, 15 s, 16 MiB, 200 ms, 25 s. */
  public static WebLimits defaults() {
    return new WebLimits(
        128,
        4096,
        16384,
        Duration.ofSeconds(15),
        1L << 24,
        Duration.ofMillis(200),
        Duration.ofSeconds(25));
  }

  public WebLimits withMaxConnections(int value) {
    return new WebLimits(
        value, maxRequestLine, maxHeaders, requestTimeout, maxFrame, viewerPatience, pingInterval);
  }

  public WebLimits withRequestTimeout(Duration value) {
    return new WebLimits(
        maxConnections, maxRequestLine, maxHeaders, value, maxFrame, viewerPatience, pingInterval);
  }

  public WebLimits withMaxFrame(long value) {
    return new WebLimits(
        maxConnections,
        maxRequestLine,
        maxHeaders,
        requestTimeout,
        value,
        viewerPatience,
        pingInterval);
  }

  public WebLimits withViewerPatience(Duration value) {
    return new WebLimits(
        maxConnections, maxRequestLine, maxHeaders, requestTimeout, maxFrame, value, pingInterval);
  }

  public WebLimits withPingInterval(Duration value) {
    return new WebLimits(
        maxConnections,
        maxRequestLine,
        maxHeaders,
        requestTimeout,
        maxFrame,
        viewerPatience,
        value);
  }

  private static void atLeastOne(String name, long value) {
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
