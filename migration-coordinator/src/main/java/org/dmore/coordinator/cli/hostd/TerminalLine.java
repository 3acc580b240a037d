package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Draws on the terminal, no wider than it is: a line that wraps cannot be drawn over. */
final class TerminalLine implements StatusLine {
  private static final int NARROW = 20;
  private static final int USUAL = 80;

  private Terminal terminal;

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public synchronized void show(String text) {
    if (terminal == null) {
      terminal = open();
    }
    int width = terminal.getWidth() < NARROW ? USUAL : terminal.getWidth();
    String shown = text.length() < width ? text : text.substring(0, width - 1);
    terminal.writer().print("\r\u001b[K" + shown);
    terminal.flush();
  }

  private static Terminal open() {
    try {
      return TerminalBuilder.builder().system(true).dumb(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be opened", e);
    }
  }
}
