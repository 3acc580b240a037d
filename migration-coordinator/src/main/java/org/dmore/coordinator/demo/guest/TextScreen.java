package org.dmore.coordinator.demo.guest;

import java.util.Arrays;

/**
 * A grid of characters on a pixel surface, with a status row below it that does not scroll.
 *
 * <p>Writing changes the grid only; {@link #paint} then draws the cells that differ from what the
 * surface shows, and reports them as damage. So the cost of an operation is that of its visible
 * result, however often the cells were written in between.
 *
 * <p>For one thread. After construction neither writing nor painting allocates.
 */
public final class TextScreen {
  private static final int SMALLEST_COLUMNS = 20;
  private static final int SMALLEST_ROWS = 4;
  private static final int TAB = 8;

  private final PixelSurface surface;
  private final CellPainter painter;
  private final Damage damage = new Damage();
  private final EscapeSequence escape = new EscapeSequence();
  private final TextStyle style = new TextStyle();
  private final PointerMarker pointer = new PointerMarker();
  private final int columns;

  /** Rows of text; the status row is the one after them. */
  private final int rows;

  private final int[] cells;

  /** What the surface shows, cell by cell; {@link Cell#UNKNOWN} forces drawing. */
  private final int[] drawn;

  private int cursorRow;

  /** From 0 to {@code columns}: the last value means that the next character starts a new row. */
  private int cursorColumn;

  private long scrolledRows;

  /**
   * Makes an empty screen; nothing is drawn before {@link #redrawAll} or {@link #paint}.
   *
   * @throws IllegalArgumentException if the surface is too small for a console
   */
  public TextScreen(PixelSurface surface, ConsoleFont font) {
    this.surface = surface;
    columns = surface.width() / ConsoleFont.WIDTH;
    rows = surface.height() / ConsoleFont.HEIGHT - 1;
    if (columns < SMALLEST_COLUMNS || rows + 1 < SMALLEST_ROWS) {
      throw new IllegalArgumentException(
          String.format(
              "width=%d height=%d: the console needs a surface of at least %d by %d pixels",
              surface.width(),
              surface.height(),
              SMALLEST_COLUMNS * ConsoleFont.WIDTH,
              SMALLEST_ROWS * ConsoleFont.HEIGHT));
    }
    painter = new CellPainter(surface, font);
    cells = new int[columns * (rows + 1)];
    drawn = new int[cells.length];
    Arrays.fill(cells, style.cell(' '));
    Arrays.fill(drawn, Cell.UNKNOWN);
  }

  public int columns() {
    return columns;
  }

  /** Returns the number of rows of text, without the status row. */
  public int rows() {
    return rows;
  }

  public int cursorRow() {
    return cursorRow;
  }

  public int cursorColumn() {
    return Math.min(cursorColumn, columns - 1);
  }

  /** Returns how many rows have left the screen at its top since it was made. */
  public long scrolledRows() {
    return scrolledRows;
  }

  /**
   * Writes text at the cursor. Understands {@code \n} (which also returns to the first column),
   * {@code \r \b \t}, and of the ANSI sequences {@code ESC[...m} (colours, 1 bold as bright, 7
   * reverse), {@code ESC[H}, {@code ESC[J} and {@code ESC[K}; others are skipped.
   */
  public void write(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  /** Writes a colour gradient over {@code cellCount} cells at the cursor, within its row. */
  void writeRamp(Ramp ramp, int cellCount) {
    int count = Math.min(Math.min(cellCount, Cell.RAMP_LIMIT), columns - cursorColumn);
    for (int i = 0; i < count; i++) {
      cells[cursorRow * columns + cursorColumn++] = Cell.ramp(ramp, i, count);
    }
  }

  private void put(char c) {
    if (escape.active()) {
      execute(escape.accept(c));
      return;
    }
    switch (c) {
      case EscapeSequence.ESCAPE -> escape.begin();
      case '\n' -> newLine();
      case '\r' -> cursorColumn = 0;
      case '\b' -> cursorColumn = Math.max(0, cursorColumn() - 1);
      case '\t' -> cursorColumn = Math.min(columns - 1, (cursorColumn / TAB + 1) * TAB);
      default -> {
        if (cursorColumn == columns) {
          newLine();
        }
        cells[cursorRow * columns + cursorColumn++] = style.cell(c);
      }
    }
  }

  private void execute(char command) {
    switch (command) {
      case 'm' -> style.apply(escape);
      case 'H' -> moveTo(escape.parameter(0) - 1, escape.parameter(1) - 1);
      case 'K' -> eraseRow(cursorRow, cursorColumn);
      case 'J' -> {
        if (escape.parameter(0) == 2) {
          clear();
        } else {
          eraseBelow();
        }
      }
      default -> {
        // The sequence goes on, or is one that this console does not know.
      }
    }
  }

  private void newLine() {
    cursorColumn = 0;
    if (cursorRow < rows - 1) {
      cursorRow++;
      return;
    }
    System.arraycopy(cells, columns, cells, 0, (rows - 1) * columns);
    eraseRow(rows - 1, 0);
    scrolledRows++;
  }

  /** Puts the cursor on a cell counted from 0, or on the nearest one that there is. */
  public void moveTo(int row, int column) {
    cursorRow = Math.max(0, Math.min(row, rows - 1));
    cursorColumn = Math.max(0, Math.min(column, columns - 1));
  }

  /** Erases from the cursor to the end of the text. */
  public void eraseBelow() {
    eraseRow(cursorRow, cursorColumn);
    for (int row = cursorRow + 1; row < rows; row++) {
      eraseRow(row, 0);
    }
  }

  /** Erases all text and puts the cursor into the upper left corner. */
  public void clear() {
    moveTo(0, 0);
    eraseBelow();
  }

  private void eraseRow(int row, int fromColumn) {
    Arrays.fill(cells, row * columns + fromColumn, (row + 1) * columns, style.cell(' '));
  }

  /** Shows a text in reverse video on the status row; what does not fit is cut off. */
  public void setStatus(CharSequence text) {
    for (int i = 0; i < columns; i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      cells[rows * columns + i] = Cell.text(c, Palette.BLACK, Palette.WHITE);
    }
  }

  /** Shows the pointer's arrow with its tip on a pixel, or on the nearest pixel of the text. */
  public void showPointer(int x, int y) {
    int newX = Math.max(0, Math.min(x, columns * ConsoleFont.WIDTH - 1));
    int newY = Math.max(0, Math.min(y, (rows + 1) * ConsoleFont.HEIGHT - 1));
    if (pointer.shown() && newX == pointer.x() && newY == pointer.y()) {
      return;
    }
    forgetCellsUnderPointer();
    pointer.moveTo(newX, newY);
    forgetCellsUnderPointer();
  }

  private void forgetCellsUnderPointer() {
    if (!pointer.shown()) {
      return;
    }
    int firstColumn = pointer.x() / ConsoleFont.WIDTH;
    int lastColumn =
        Math.min((pointer.x() + PointerMarker.WIDTH - 1) / ConsoleFont.WIDTH, columns - 1);
    int firstRow = pointer.y() / ConsoleFont.HEIGHT;
    int lastRow = Math.min((pointer.y() + PointerMarker.HEIGHT - 1) / ConsoleFont.HEIGHT, rows);
    for (int row = firstRow; row <= lastRow; row++) {
      Arrays.fill(drawn, row * columns + firstColumn, row * columns + lastColumn + 1, Cell.UNKNOWN);
    }
  }

  /** Draws the cells that have changed since they were last drawn, and reports the damage. */
  public void paint() {
    if (paintChangedCells()) {
      // Where a cell under the arrow was drawn, the arrow is gone; elsewhere this changes nothing.
      paintPointer();
      damage.flush(surface);
    }
  }

  private void paintPointer() {
    if (pointer.shown()) {
      pointer.paint(surface, columns * ConsoleFont.WIDTH, (rows + 1) * ConsoleFont.HEIGHT);
    }
  }

  private boolean paintChangedCells() {
    int cursor = cursorRow * columns + cursorColumn();
    int plain = cells[cursor];
    cells[cursor] = Cell.withCursor(plain);
    boolean any = false;
    for (int row = 0; row <= rows; row++) {
      any |= paintChangedCells(row);
    }
    cells[cursor] = plain;
    return any;
  }

  private boolean paintChangedCells(int row) {
    int start = row * columns;
    if (Arrays.equals(cells, start, start + columns, drawn, start, start + columns)) {
      return false;
    }
    int from = 0;
    while (from < columns) {
      int to = from;
      while (to < columns && cells[start + to] != drawn[start + to]) {
        to++;
      }
      if (to > from) {
        painter.paint(cells, start + from, to - from, from, row);
        System.arraycopy(cells, start + from, drawn, start + from, to - from);
        damage.add(row, from, to);
      }
      from = to + 1;
    }
    return true;
  }

  /** Draws the whole surface, whatever it shows now, and reports it as one rectangle. */
  public void redrawAll() {
    int width = columns * ConsoleFont.WIDTH;
    int height = (rows + 1) * ConsoleFont.HEIGHT;
    painter.paintGround(width, 0, surface.width() - width, height);
    painter.paintGround(0, height, surface.width(), surface.height() - height);
    Arrays.fill(drawn, Cell.UNKNOWN);
    paintChangedCells();
    damage.clear();
    paintPointer();
    surface.flush(0, 0, surface.width(), surface.height());
  }

  /**
   * Returns the text of a row, counted from 0 (the status row is the last), without the spaces at
   * its end.
   */
  public String textAt(int row) {
    StringBuilder text = new StringBuilder(columns);
    for (int i = 0; i < columns; i++) {
      text.append(Cell.character(cells[row * columns + i]));
    }
    return text.toString().stripTrailing();
  }
}
