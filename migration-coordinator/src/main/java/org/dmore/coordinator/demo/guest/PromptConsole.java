package org.dmore.coordinator.demo.guest;

/**
 * A screen whose last lines are a prompt with the line under edit. Output that comes meanwhile
 * appears above the prompt, which moves down.
 */
final class PromptConsole {
  private static final String PROMPT = "guest$ ";
  private static final String COLOURED_PROMPT = "\u001B[1;32mguest\u001B[0;36m$\u001B[0m ";

  private final TextScreen screen;
  private final LineEditor editor;
  private boolean prompting;

  /** The prompt's first row, counted from the first row that the screen ever had. */
  private long promptRow;

  PromptConsole(TextScreen screen) {
    this.screen = screen;
    // A line that fills at most half of the screen never scrolls its own start away.
    editor = new LineEditor(screen.columns() * (screen.rows() / 2) - PROMPT.length() - 1);
  }

  TextScreen screen() {
    return screen;
  }

  LineEditor editor() {
    return editor;
  }

  /** Begins a prompt at the start of the cursor's row. */
  void prompt() {
    prompting = true;
    promptRow = screen.scrolledRows() + screen.cursorRow();
    showEdit();
  }

  /** Draws the prompt and the line anew, after an edit; without a prompt does nothing. */
  void showEdit() {
    if (!prompting) {
      return;
    }
    moveToPrompt();
    screen.write(COLOURED_PROMPT);
    screen.write(editor.text());
    // The space is the cursor's place at the end of the line; it may need a row of its own.
    screen.write(" ");
    screen.eraseBelow();
    int place = PROMPT.length() + editor.cursor();
    screen.moveTo(promptRowOnScreen() + place / screen.columns(), place % screen.columns());
  }

  /** Ends the prompt: what is written next stands below the line. */
  void endPrompt() {
    editor.end();
    showEdit();
    prompting = false;
    screen.write("\n");
  }

  /** Prints a line, above the prompt if there is one. */
  void print(CharSequence line) {
    if (prompting) {
      moveToPrompt();
      screen.eraseBelow();
    }
    screen.write(line);
    screen.write("\n");
    if (prompting) {
      prompt();
    }
  }

  /** Clears the screen but for the prompt, which moves to the top. */
  void clear() {
    screen.clear();
    if (prompting) {
      prompt();
    }
  }

  private void moveToPrompt() {
    screen.moveTo(promptRowOnScreen(), 0);
  }

  private int promptRowOnScreen() {
    return (int) (promptRow - screen.scrolledRows());
  }
}
