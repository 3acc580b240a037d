package org.dmore.coordinator.control;

import java.io.IOException;

/** Something that cannot be done as it was asked for; the message says why and what to do. */
public final class ControlException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** The request itself: a name that cannot be one, a number out of its range. */
    INVALID,
    /** There is no such host, pair, move or drain. */
    NOT_FOUND,
    /** It does not go with how things stand: the pair is moving, the host has no room. */
    CONFLICT,
    /** Whoever asked may not. */
    FORBIDDEN,
    /** A host or the store that is needed does not answer; it may be tried again. */
    UNAVAILABLE
  }

  private final Reason reason;

  /** With a message for people. */
  public ControlException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** With a message for people, and what was behind it. */
  public ControlException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
