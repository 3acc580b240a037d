package org.dmore.benchmarks.frames;

import java.util.Random;
import org.dmore.coordinator.demo.guest.ConsoleFont;

/** A terminal without a window in which somebody types, and which answers now and then. */
final class TypedTerminal implements Film {
  private static final int CELL = ConsoleFont.WIDTH;
  private static final int LINE = ConsoleFont.HEIGHT;
  private static final int INK = 0xaaaaaa;
  private static final int FIRST_ROW = 14;
  private static final int WORDS_A_COMMAND = 3;
  private static final int ANSWERED_LINES = 3;

  private static final String[] WORDS = {
    "ls",
    "-l",
    "/var/log",
    "cat",
    "syslog",
    "|",
    "grep",
    "--count",
    "error",
    "cd",
    "src",
    "&&",
    "make",
    "check",
    "2>&1"
  };

  private final Frame frame = new Frame();
  private final Painter painter = new Painter(frame, new Random(FrameSequence.SEED));
  private int number;
  private int row = FIRST_ROW;
  private int column;

  TypedTerminal() {
    painter.console(0, 0, FrameSequence.COLUMNS, FIRST_ROW, 0);
    prompt();
  }

  @Override
  public Frame next() {
    if (number > 0 && number % WORDS_A_COMMAND == 0) {
      answer();
    }
    String word = WORDS[number++ % WORDS.length];
    cursor(0);
    painter.text(column * CELL, row * LINE, word, INK);
    column += word.length() + 1;
    cursor(INK);
    return frame;
  }

  /** Lines of output, then a prompt; from the top again where the screen ends. */
  private void answer() {
    cursor(0);
    row++;
    if (row + ANSWERED_LINES + 1 >= FrameSequence.ROWS) {
      frame.fill(0, FIRST_ROW * LINE, Frame.WIDTH, Frame.HEIGHT, 0);
      row = FIRST_ROW;
    }
    painter.console(0, row * LINE, FrameSequence.COLUMNS, ANSWERED_LINES, 0);
    row += ANSWERED_LINES;
    prompt();
  }

  private void prompt() {
    String prompt = "root@guest:~# ";
    painter.text(0, row * LINE, prompt, 0x55ff55);
    column = prompt.length();
    cursor(INK);
  }

  private void cursor(int colour) {
    frame.fill(column * CELL, row * LINE, CELL, LINE, colour);
  }
}
