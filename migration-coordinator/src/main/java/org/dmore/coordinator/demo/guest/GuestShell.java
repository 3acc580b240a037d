package org.dmore.coordinator.demo.guest;

import java.time.Clock;
import java.util.List;

/**
 * The demo guest's program: a shell on a text console.
 *
 * <p>All methods, and the tasks that it gives to its timer, run on the guest's one thread. Each
 * leaves the surface painted.
 */
public final class GuestShell {
  private static final int STATUS_PERIOD_MILLIS = 1000;

  private final GuestInfo info;
  private final GuestTimer timer;
  private final TextScreen screen;
  private final PromptConsole console;
  private final LineEditor editor;
  private final Commands commands;
  private final StatusLine status;
  private final Keyboard keyboard = new Keyboard();
  private final KeyboardLayout layout = KeyboardLayout.us();
  private final Banner banner;
  private long keysConsumed;

  /**
   * Makes the program; it draws nothing before {@link #start}.
   *
   * @throws IllegalArgumentException if the surface is too small for a console
   */
  public GuestShell(
      PixelSurface surface, GuestInfo info, GuestTimer timer, MemoryToucher memory, Clock clock) {
    this.info = info;
    this.timer = timer;
    screen = new TextScreen(surface, ConsoleFont.load());
    console = new PromptConsole(screen);
    editor = console.editor();
    commands = new Commands(console, info, timer, memory, clock);
    status = new StatusLine(screen, info, clock);
    banner = new Banner(surface.width(), surface.height());
  }

  /** Draws the first screen and begins to keep the status row up to date. To be called once. */
  public void start() {
    banner.print(screen, info);
    console.prompt();
    status.update(keysConsumed);
    screen.redrawAll();
    scheduleStatus();
  }

  private void scheduleStatus() {
    timer.schedule(
        STATUS_PERIOD_MILLIS,
        () -> {
          scheduleStatus();
          status.update(keysConsumed);
          screen.paint();
        });
  }

  /**
   * Takes a key event.
   *
   * @param code the key's Linux code
   * @param pressed false for its release; a press without a release since the last is a repeat
   */
  public void key(int code, boolean pressed) {
    boolean repeat = keyboard.event(code, pressed);
    if (pressed) {
      keysConsumed++;
    }
    showEvent(code, pressed, repeat);
    if (pressed) {
      press(code, repeat);
    }
    screen.paint();
  }

  private void showEvent(int code, boolean pressed, boolean repeat) {
    if (commands.showKeys()) {
      String event = repeat ? "repeat" : pressed ? "down" : "up";
      console.print("\u001B[90m" + LinuxKeys.nameOf(code) + " " + event + "\u001B[0m");
    }
  }

  private void press(int code, boolean repeat) {
    if (code == LinuxKeys.KEY_DELETE && keyboard.ctrl() && keyboard.alt()) {
      if (!repeat) {
        console.print("\u001B[1;33mctrl-alt-del received\u001B[0m");
      }
      return;
    }
    switch (code) {
      case LinuxKeys.KEY_ENTER, LinuxKeys.KEY_KPENTER -> enter();
      case LinuxKeys.KEY_TAB -> complete();
      case LinuxKeys.KEY_BACKSPACE -> editor.backspace();
      case LinuxKeys.KEY_DELETE -> editor.delete();
      case LinuxKeys.KEY_LEFT -> editor.left();
      case LinuxKeys.KEY_RIGHT -> editor.right();
      case LinuxKeys.KEY_HOME -> editor.home();
      case LinuxKeys.KEY_END -> editor.end();
      case LinuxKeys.KEY_UP -> editor.previous();
      case LinuxKeys.KEY_DOWN -> editor.next();
      default -> type(code);
    }
    console.showEdit();
  }

  private void type(int code) {
    if (keyboard.ctrl()) {
      control(layout.character(code, false, false));
      return;
    }
    char c = layout.character(code, keyboard.shift(), keyboard.capsLock());
    if (c != 0 && !keyboard.alt()) {
      editor.insert(c);
    }
  }

  private void control(char letter) {
    switch (letter) {
      case 'c' -> {
        editor.end();
        editor.insert('^');
        editor.insert('C');
        console.endPrompt();
        editor.abandon();
        console.prompt();
      }
      case 'l' -> console.clear();
      case 'u' -> editor.kill();
      default -> {
        // No other control character means anything here.
      }
    }
  }

  private void enter() {
    console.endPrompt();
    commands.run(editor.enter());
    console.prompt();
  }

  private void complete() {
    List<String> choices = editor.complete(commands.phrases());
    if (!choices.isEmpty()) {
      console.print(String.join("  ", choices));
    }
  }

  /** Takes the pointer's place, in pixels of the surface. */
  public void pointerMoved(int x, int y) {
    screen.showPointer(x, y);
    screen.paint();
  }

  /** Takes a pointer button's event; the code is Linux's, such as {@code BTN_LEFT}, 0x110. */
  public void button(int code, boolean pressed) {
    boolean repeat = keyboard.event(code, pressed);
    showEvent(code, pressed, repeat);
    status.button(code, pressed);
    status.update(keysConsumed);
    screen.paint();
  }

  /** Tells the guest that it has been migrated: {@link GuestInfo} speaks of the new host. */
  public void migrated() {
    console.print(
        String.format(
            "\u001B[1;32mmigrated:\u001B[0m now on host %s as domain %d",
            info.hostName(), info.domainId()));
    status.update(keysConsumed);
    screen.paint();
  }

  /** Draws everything anew, for a surface whose pixels were lost. */
  public void redrawAll() {
    screen.redrawAll();
  }

  /** Returns the number of rows, the status row included. */
  public int rows() {
    return screen.rows() + 1;
  }

  /** Returns the text of a row, counted from 0, without the spaces at its end. */
  public String textAt(int row) {
    return screen.textAt(row);
  }
}
