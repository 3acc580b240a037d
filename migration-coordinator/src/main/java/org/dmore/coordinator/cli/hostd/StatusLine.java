package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line of the terminal that is drawn over and over. */
public interface StatusLine {
  /** Where there is no terminal. */
  StatusLine NONE =
      new StatusLine() {
        @Override
        public boolean isThere() {
          return false;
        }

        @Override
        public void show(String text) {}
      };

  /** Whether there is a terminal. */
  boolean isThere();

  /** Draws a text in place of the former one; the empty text takes it away. */
  void show(String text);

  /** That of this process, if standard output is a terminal. */
  static StatusLine ofProcess() {
    try {
      // Linux says what standard output is open on.
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
      boolean terminal = target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
      return terminal ? new TerminalLine() : NONE;
    } catch (IOException e) {
      return NONE;
    }
  }
}
