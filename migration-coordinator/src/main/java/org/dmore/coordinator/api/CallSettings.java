package org.dmore.coordinator.api;

import java.time.Duration;

/**
 * How long a client waits, and how much it takes.
 *
 * @param connect until a connection is there, TLS included
 * @param call until an answer is there
 * @param longCall the same where a VM is started or switched
 * @param idle how long a connection is kept for the next call; must be shorter than the server's
 * @param maxAnswerBytes bytes of an answer's body
 */
public record CallSettings(
    Duration connect, Duration call, Duration longCall, Duration idle, int maxAnswerBytes) {

  /** 3 s, 30 s, 2 min, 10 s, 16 MiB. */
  public static final CallSettings DEFAULT =
      new CallSettings(
          Duration.ofSeconds(3),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          16 << 20);

  /** The same with another time for a call; one that takes long may take no less. */
  public CallSettings withCall(Duration time) {
    return new CallSettings(
        connect, time, time.compareTo(longCall) > 0 ? time : longCall, idle, maxAnswerBytes);
  }

  /** The same with another time for a connection. */
  public CallSettings withConnect(Duration time) {
    return new CallSettings(time, call, longCall, idle, maxAnswerBytes);
  }
}
