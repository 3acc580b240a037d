package org.dmore.rfb;

import java.time.Duration;

/**
 * Who of the clients that have {@link Right#CONTROL} types at a time.
 *
 * <p>With any policy but {@link #everyone} one client has control and the others watch. Control
 * that nobody has goes to the first client that types or points, and {@link RfbServer#giveControl}
 * gives it to whom the embedder wants. When control passes, all that the old holder holds down is
 * released before the new one's input is handed over.
 *
 * @param takeOver how a client comes to control
 * @param idle when a holder counts as idle, in time that its event loop runs; of meaning to {@link
 *     TakeOver#WHEN_IDLE} alone, zero lets whoever presses something take over
 */
public record ControlPolicy(TakeOver takeOver, Duration idle) {
  /** How a client that watches comes to control without being given it. */
  public enum TakeOver {
    /** No one needs to: all have control. */
    EVERYONE,
    /** By coming: the newest client has control. */
    NEWEST,
    /** By pressing a key or a button, once the holder has been idle. */
    WHEN_IDLE,
    /** Once the holder has left. */
    WHEN_FREE
  }

  public ControlPolicy {
    if (idle.isNegative()) {
      throw new IllegalArgumentException("idle=" + idle + " must not be negative");
    }
  }

  /** All type, as if they sat at one keyboard. */
  public static ControlPolicy everyone() {
    return new ControlPolicy(TakeOver.EVERYONE, Duration.ZERO);
  }

  /** The newest client has control; when it leaves, the newest of those that are left. */
  public static ControlPolicy newest() {
    return new ControlPolicy(TakeOver.NEWEST, Duration.ZERO);
  }

  /**
   * A watcher that presses a key or a button takes over from a holder that has been idle; merely
   * moving the pointer does not, so that no one takes over by accident.
   *
   * @param idle without key or pointer for that long
   */
  public static ControlPolicy whenIdle(Duration idle) {
    return new ControlPolicy(TakeOver.WHEN_IDLE, idle);
  }

  /** The holder keeps control until it leaves. */
  public static ControlPolicy whenFree() {
    return new ControlPolicy(TakeOver.WHEN_FREE, Duration.ZERO);
  }
}
