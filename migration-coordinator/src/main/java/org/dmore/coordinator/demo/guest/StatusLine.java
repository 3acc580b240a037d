package org.dmore.coordinator.demo.guest;

import java.time.Clock;
import java.time.LocalTime;

/** The text of the status row. */
final class StatusLine {
  private final TextScreen screen;
  private final GuestInfo info;
  private final Clock clock;
  private boolean left;
  private boolean middle;
  private boolean right;

  StatusLine(TextScreen screen, GuestInfo info, Clock clock) {
    this.screen = screen;
    this.info = info;
    this.clock = clock;
  }

  void button(int code, boolean pressed) {
    switch (code) {
      case LinuxKeys.BTN_LEFT -> left = pressed;
      case LinuxKeys.BTN_MIDDLE -> middle = pressed;
      case LinuxKeys.BTN_RIGHT -> right = pressed;
      default -> {
        // A button without a place here still shows with the command keys.
      }
    }
  }

  /** Writes the row anew. */
  void update(long keys) {
    String start =
        String.format(
            " %s │ domain %d │ migrations %d │ keys %d │ buttons %c%c%c",
            info.hostName(),
            info.domainId(),
            info.migrations(),
            keys,
            left ? 'L' : '·',
            middle ? 'M' : '·',
            right ? 'R' : '·');
    LocalTime time = LocalTime.now(clock);
    String end =
        String.format("%02d:%02d:%02d ", time.getHour(), time.getMinute(), time.getSecond());
    int gap = Math.max(1, screen.columns() - start.length() - end.length());
    screen.setStatus(start + " ".repeat(gap) + end);
  }
}
