package org.dmore.coordinator.demo.guest;

/** Gathers an ANSI control sequence: {@code ESC [ number ; number ... letter}. */
final class EscapeSequence {
  static final char ESCAPE = '\u001B';

  private static final int LIMIT = 8;
  private static final int LARGEST = 9999;

  private enum State {
    NONE,
    ESCAPED,
    PARAMETERS
  }

  private final int[] parameters = new int[LIMIT];
  private int count;
  private State state = State.NONE;

  /** Tells whether the characters that come next belong to a sequence. */
  boolean active() {
    return state != State.NONE;
  }

  void begin() {
    state = State.ESCAPED;
    count = 0;
  }

  /** Takes the next character; returns the sequence's last letter, or 0 while there is more. */
  char accept(char c) {
    if (state == State.ESCAPED) {
      state = c == '[' ? State.PARAMETERS : State.NONE;
      parameters[0] = 0;
      count = 1;
      return 0;
    }
    if (c >= '0' && c <= '9') {
      int digit = c - '0';
      parameters[count - 1] = Math.min(parameters[count - 1] * 10 + digit, LARGEST);
      return 0;
    }
    if (c == ';') {
      // Beyond the limit the last number is overwritten: nothing here sends that many.
      count = Math.min(count + 1, LIMIT);
      parameters[count - 1] = 0;
      return 0;
    }
    if (c >= '@' && c <= '~') {
      state = State.NONE;
      return c;
    }
    return 0;
  }

  /** Returns how many numbers the sequence has; one without any has a single 0. */
  int count() {
    return count;
  }

  int parameter(int i) {
    return i < count ? parameters[i] : 0;
  }
}
