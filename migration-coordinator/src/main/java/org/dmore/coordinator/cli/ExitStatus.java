package org.dmore.coordinator.cli;

import org.dmore.coordinator.control.ControlException;

/** What {@code dmore} ends with. */
public enum ExitStatus {
  /** What was asked for is done, or has begun if nobody waits for it. */
  DONE(0),
  /** It failed, or something was lost. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /**
   * The {@code hostd} that was asked does not answer, or another host or the store that it needs.
   */
  NO_ANSWER(3),
  /** It does not go with how things stand, or there is no such thing, or one may not. */
  REFUSED(4),
  /** Ctrl-C ended the wait for something that goes on: 128 and SIGINT's number, as of shells. */
  INTERRUPTED(130);

  /** For the help of commands that ask a {@code hostd}. */
  public static final String HELP =
      "Exit status: 0 done; 1 failed, or something was lost; 2 wrong command line;\n"
          + "3 hostd does not answer; 4 refused as things stand (conflict, not found).";

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }

  /** What a refusal comes to. */
  public static ExitStatus of(ControlException.Reason reason) {
    return switch (reason) {
      case INVALID -> USAGE;
      case NOT_FOUND, CONFLICT, FORBIDDEN -> REFUSED;
      case UNAVAILABLE -> NO_ANSWER;
    };
  }
}
