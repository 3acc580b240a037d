package org.dmore.coordinator.demo.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.dmore.coordinator.demo.guest.MemorySurface.Rectangle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestShellTest {
  private static final int CTRL = LinuxKeys.KEY_LEFTCTRL;
  private static final int SHIFT = LinuxKeys.KEY_LEFTSHIFT;
  private static final int KEY_A = 30;

  private record Touch(long offset, long length, long value) {}

  private static final class FakeInfo implements GuestInfo {
    private String host = "alpha";
    private int domain = 3;
    private int migrations;

    @Override
    public String hostName() {
      return host;
    }

    @Override
    public int domainId() {
      return domain;
    }

    @Override
    public long memoryBytes() {
      return 256L << 20;
    }

    @Override
    public int migrations() {
      return migrations;
    }
  }

  private static final class FakeMemory implements MemoryToucher {
    private final List<Touch> touches = new ArrayList<>();

    @Override
    public long capacityBytes() {
      return 128L << 20;
    }

    @Override
    public void touch(long offset, long length, long value) {
      touches.add(new Touch(offset, length, value));
    }
  }

  private final MemorySurface surface = new MemorySurface(800, 600);
  private final FakeInfo info = new FakeInfo();
  private final ManualTime time = new ManualTime();
  private final FakeMemory memory = new FakeMemory();
  private final GuestShell shell = new GuestShell(surface, info, time, memory, time);
  private final KeyboardLayout layout = KeyboardLayout.us();

  @BeforeEach
  void start() {
    shell.start();
  }

  @Test
  void saysAtFirstWhatItIs() {
    assertThat(surface.hasUndrawnPixels()).isFalse();
    assertThat(screenText())
        .contains("dmore demo guest")
        .contains("host    alpha")
        .contains("domain  3")
        .contains("memory  256 MiB")
        .contains("screen  800x600 pixels, 100x36 characters");
    assertThat(lastLine()).isEqualTo("guest$");
  }

  @Test
  void startsOnASmallSurfaceToo() {
    GuestShell small = new GuestShell(new MemorySurface(160, 64), info, time, memory, time);
    small.start();
    for (int i = 0; i < 50; i++) {
      small.key(KEY_A, true);
    }
    assertThat(small.rows()).isEqualTo(4);
    assertThat(small.textAt(2)).isEqualTo("guest$ aaaaaaaaaaaa");
  }

  @Test
  void echoesEachKeyAtOnceAndReportsLittleDamage() {
    surface.takeDamage();
    press(KEY_A);
    assertThat(lastLine()).isEqualTo("guest$ a");
    assertThat(surface.takeDamage()).hasSize(1).allMatch(d -> d.width() == 16 && d.height() == 16);
  }

  @Test
  void typesWithShiftAndCapsLock() {
    shell.key(SHIFT, true);
    press(KEY_A);
    shell.key(SHIFT, false);
    press(KEY_A);
    press(LinuxKeys.KEY_CAPSLOCK);
    press(KEY_A);
    press(LinuxKeys.KEY_CAPSLOCK);
    press(KEY_A);
    assertThat(lastLine()).isEqualTo("guest$ AaAa");
  }

  @Test
  void repeatsAKeyThatIsPressedAgainWithoutRelease() {
    shell.key(KEY_A, true);
    shell.key(KEY_A, true);
    shell.key(KEY_A, true);
    shell.key(KEY_A, false);
    assertThat(lastLine()).isEqualTo("guest$ aaa");
  }

  @Test
  void doesNotToggleCapsLockOnItsRepeat() {
    shell.key(LinuxKeys.KEY_CAPSLOCK, true);
    shell.key(LinuxKeys.KEY_CAPSLOCK, true);
    shell.key(LinuxKeys.KEY_CAPSLOCK, false);
    press(KEY_A);
    assertThat(lastLine()).isEqualTo("guest$ A");
  }

  @Test
  void editsWithinTheLine() {
    type("ehco hi");
    press(LinuxKeys.KEY_HOME);
    press(LinuxKeys.KEY_RIGHT);
    press(LinuxKeys.KEY_DELETE);
    press(LinuxKeys.KEY_RIGHT);
    type("h");
    press(LinuxKeys.KEY_END);
    press(LinuxKeys.KEY_BACKSPACE);
    type("o");
    assertThat(lastLine()).isEqualTo("guest$ echo ho");
    press(LinuxKeys.KEY_ENTER);
    assertThat(fromBottom(1)).isEqualTo("ho");
  }

  @Test
  void editsALineOfSeveralRowsAtTheBottomOfTheScreen() {
    run("help");
    run("help");
    run("help");
    type("echo " + "0123456789".repeat(15));
    assertThat(fromBottom(1)).isEqualTo("guest$ echo " + "0123456789".repeat(8) + "01234567");
    assertThat(lastLine()).isEqualTo("89" + "0123456789".repeat(6));
    press(LinuxKeys.KEY_HOME);
    IntStream.range(0, 100).forEach(i -> press(LinuxKeys.KEY_DELETE));
    assertThat(lastLine()).isEqualTo("guest$ " + "0123456789".repeat(15).substring(95));
  }

  @Test
  void recallsFormerLines() {
    run("echo one");
    press(LinuxKeys.KEY_UP);
    assertThat(lastLine()).isEqualTo("guest$ echo one");
    press(LinuxKeys.KEY_DOWN);
    assertThat(lastLine()).isEqualTo("guest$");
  }

  @Test
  void completesCommandsByTab() {
    type("he");
    press(LinuxKeys.KEY_TAB);
    assertThat(lastLine()).isEqualTo("guest$ help");
    control('u');
    type("d");
    press(LinuxKeys.KEY_TAB);
    assertThat(fromBottom(1)).isEqualTo("date  dirty");
    assertThat(lastLine()).isEqualTo("guest$ d");
  }

  @Test
  void obeysControlKeys() {
    type("echo x");
    control('u');
    assertThat(lastLine()).isEqualTo("guest$");
    type("abc");
    control('c');
    assertThat(fromBottom(1)).isEqualTo("guest$ abc^C");
    assertThat(lastLine()).isEqualTo("guest$");
    type("kept");
    control('l');
    assertThat(shell.textAt(0)).isEqualTo("guest$ kept");
    assertThat(shell.textAt(1)).isEmpty();
  }

  @Test
  void reportsCtrlAltDel() {
    type("x");
    shell.key(CTRL, true);
    shell.key(LinuxKeys.KEY_RIGHTALT, true);
    press(LinuxKeys.KEY_DELETE);
    shell.key(LinuxKeys.KEY_RIGHTALT, false);
    shell.key(CTRL, false);
    assertThat(fromBottom(1)).isEqualTo("ctrl-alt-del received");
    assertThat(lastLine()).isEqualTo("guest$ x");
  }

  @Test
  void helpListsEveryCommand() {
    run("help");
    assertThat(screenText())
        .contains(
            "  help",
            "  clear",
            "  date",
            "  uptime",
            "  where",
            "  log start|stop",
            "  colours",
            "  dirty MIB",
            "  keys",
            "  echo TEXT");
  }

  @Test
  void clearsTheScreen() {
    run("help");
    run("clear");
    assertThat(shell.textAt(0)).isEqualTo("guest$");
    assertThat(shell.textAt(1)).isEmpty();
  }

  @Test
  void tellsDateAndUptime() {
    time.advance(3_723_000);
    run("date");
    assertThat(fromBottom(1)).isEqualTo("Sat 14 Mar 2026 16:11:29 Z");
    run("uptime");
    assertThat(fromBottom(1)).isEqualTo("up 1:02:03");
  }

  @Test
  void tellsWhereItRuns() {
    run("where");
    assertThat(fromBottom(1)).isEqualTo("on host alpha as domain 3, migrations so far: 0");
  }

  @Test
  void echoesTextAndDoesNotKnowOtherCommands() {
    run("  echo  two words ");
    assertThat(fromBottom(1)).isEqualTo("two words");
    run("rm -rf");
    assertThat(fromBottom(1)).isEqualTo("rm: command not found (try help)");
    run("");
    assertThat(fromBottom(1)).isEqualTo("guest$");
  }

  @Test
  void logsALineEachTenthOfASecondAboveThePrompt() {
    run("log start");
    type("dat");
    time.advance(550);
    assertThat(lastLine()).isEqualTo("guest$ dat");
    assertThat(fromBottom(1)).startsWith("[    0.500] line 000005  alpha/3");
    assertThat(fromBottom(5)).startsWith("[    0.100] line 000001  alpha/3");
    time.advance(10_000);
    type("e");
    assertThat(lastLine()).isEqualTo("guest$ date");
    control('u');
    run("log stop");
    assertThat(fromBottom(1)).isEqualTo("log stopped after 105 lines");
    time.advance(1000);
    assertThat(fromBottom(1)).isEqualTo("log stopped after 105 lines");
  }

  @Test
  void runsOneLogHoweverItIsStarted() {
    run("log start");
    run("log start");
    assertThat(fromBottom(1)).isEqualTo("the log runs already");
    run("log stop");
    run("log start");
    time.advance(100);
    assertThat(fromBottom(1)).contains("line 000001");
    time.advance(100);
    assertThat(fromBottom(1)).contains("line 000002");
    run("log");
    assertThat(fromBottom(1)).isEqualTo("the log runs; usage: log start|stop");
  }

  @Test
  void dirtiesMemoryRoundByRoundUntilToldToStop() {
    run("dirty 12");
    assertThat(fromBottom(1)).isEqualTo("writing 12 MiB until: dirty 0");
    time.advance(30);
    assertThat(memory.touches)
        .containsExactly(
            new Touch(0, 8 << 20, 1), new Touch(8 << 20, 4 << 20, 1), new Touch(0, 8 << 20, 2));
    run("dirty");
    assertThat(fromBottom(1)).isEqualTo("writing 12 MiB, round 2");
    run("dirty 0");
    time.advance(100);
    assertThat(memory.touches).hasSize(3);
    run("dirty");
    assertThat(fromBottom(1)).startsWith("no memory is being written");
  }

  @Test
  void refusesToDirtyWhatIsNoSizeOrTooLarge() {
    for (String size : List.of("129", "-1", "x", "99999999999999999999")) {
      run("dirty " + size);
      assertThat(fromBottom(1)).isEqualTo("dirty: '" + size + "' is not a number from 0 to 128");
    }
    time.advance(100);
    assertThat(memory.touches).isEmpty();
  }

  @Test
  void showsKeyEventsUntilToldNotTo() {
    run("keys");
    shell.key(KEY_A, true);
    shell.key(KEY_A, true);
    shell.key(KEY_A, false);
    assertThat(fromBottom(3)).isEqualTo("KEY_A down");
    assertThat(fromBottom(2)).isEqualTo("KEY_A repeat");
    assertThat(fromBottom(1)).isEqualTo("KEY_A up");
    assertThat(lastLine()).isEqualTo("guest$ aa");
    shell.button(LinuxKeys.BTN_LEFT, true);
    assertThat(fromBottom(1)).isEqualTo("BTN_LEFT down");
    control('u');
    run("keys");
    press(KEY_A);
    assertThat(fromBottom(1)).isEqualTo("key events are not shown");
  }

  @Test
  void ignoresCodesThatNoKeyHas() {
    run("keys");
    shell.key(-7, true);
    shell.key(100_000, true);
    assertThat(fromBottom(2)).isEqualTo("code -7 down");
    assertThat(fromBottom(1)).isEqualTo("code 100000 down");
  }

  @Test
  void showsTheColours() {
    run("clear");
    run("colours");
    assertThat(shell.textAt(2)).startsWith("normal").contains(" 0 ").endsWith(" 7");
    assertThat(shell.textAt(3)).startsWith("bright").contains(" 8 ").endsWith("15");
    for (int i = 0; i < 16; i++) {
      int x = 64 + i % 8 * 64;
      assertThat(surface.pixel(x, (2 + i / 8) * 16)).isEqualTo(Palette.rgb(i));
    }
    int right = 64 + 64 * 8 - 1;
    assertThat(shell.textAt(5)).isEqualTo("red");
    assertThat(surface.pixel(64, 5 * 16)).isEqualTo(0);
    assertThat(surface.pixel(right, 5 * 16)).isEqualTo(0xFF0000);
    assertThat(surface.pixel(right, 6 * 16)).isEqualTo(0x00FF00);
    assertThat(surface.pixel(right, 7 * 16)).isEqualTo(0x0000FF);
    assertThat(surface.pixel(right, 8 * 16)).isEqualTo(0xFFFFFF);
    assertThat(surface.pixel(64, 9 * 16)).isEqualTo(0xFF0000);
  }

  @Test
  void updatesTheStatusOncePerSecondOnly() {
    assertThat(status()).contains("alpha", "domain 3", "migrations 0", "keys 0").endsWith(":26");
    press(KEY_A);
    assertThat(status()).contains("keys 0");
    time.advance(1000);
    assertThat(status()).contains("keys 1").endsWith("15:09:27");
    surface.takeDamage();
    time.advance(999);
    assertThat(surface.takeDamage()).isEmpty();
    time.advance(1);
    assertThat(surface.takeDamage()).hasSize(1);
  }

  @Test
  void showsAMigrationAtOnceAndKeepsTheLineUnderEdit() {
    type("ech");
    info.host = "beta";
    info.domain = 8;
    info.migrations = 1;
    shell.migrated();
    assertThat(status()).contains("beta", "domain 8", "migrations 1", "keys 3");
    assertThat(fromBottom(1)).isEqualTo("migrated: now on host beta as domain 8");
    assertThat(lastLine()).isEqualTo("guest$ ech");
  }

  @Test
  void showsButtonsThatAreDown() {
    shell.button(LinuxKeys.BTN_LEFT, true);
    shell.button(LinuxKeys.BTN_RIGHT, true);
    assertThat(status()).contains("buttons L·R");
    shell.button(LinuxKeys.BTN_LEFT, false);
    shell.button(LinuxKeys.BTN_MIDDLE, true);
    assertThat(status()).contains("buttons ·MR");
  }

  @Test
  void movesThePointerWithDamageOnlyWhereItWasAndIs() {
    shell.pointerMoved(80, 400);
    surface.takeDamage();
    int[] before = surface.snapshot();
    shell.pointerMoved(400, 160);
    List<Rectangle> damage = surface.takeDamage();
    assertThat(damage)
        .containsExactly(new Rectangle(400, 160, 16, 16), new Rectangle(80, 400, 16, 16));
    shell.pointerMoved(80, 400);
    assertThat(surface.snapshot()).isEqualTo(before);
    shell.pointerMoved(10_000, -10_000);
    assertThat(surface.takeDamage()).isNotEmpty();
  }

  @Test
  void makesAScreenshotToLookAt() throws IOException {
    run("help");
    surface.writePng("shell-start.png", 1);
    run("colours");
    run("where");
    run("log start");
    time.advance(430);
    info.host = "beta";
    info.domain = 8;
    info.migrations = 1;
    shell.migrated();
    time.advance(600);
    type("echo It survived.");
    shell.pointerMoved(560, 420);
    shell.button(LinuxKeys.BTN_LEFT, true);
    surface.writePng("shell.png", 1);
    assertThat(lastLine()).isEqualTo("guest$ echo It survived.");
  }

  private void press(int code) {
    shell.key(code, true);
    shell.key(code, false);
  }

  private void type(String text) {
    for (int i = 0; i < text.length(); i++) {
      type(text.charAt(i));
    }
  }

  private void type(char c) {
    int plain = find(c, false);
    if (plain >= 0) {
      press(plain);
      return;
    }
    shell.key(SHIFT, true);
    press(find(c, true));
    shell.key(SHIFT, false);
  }

  private int find(char c, boolean shift) {
    return IntStream.range(0, 128)
        .filter(code -> layout.character(code, shift, false) == c)
        .findFirst()
        .orElse(-1);
  }

  private void control(char letter) {
    shell.key(CTRL, true);
    press(find(letter, false));
    shell.key(CTRL, false);
  }

  private void run(String line) {
    type(line);
    press(LinuxKeys.KEY_ENTER);
  }

  private String status() {
    return shell.textAt(shell.rows() - 1);
  }

  private String lastLine() {
    return fromBottom(0);
  }

  /** Returns the text that stands so many rows above the last that is not empty. */
  private String fromBottom(int rows) {
    int row = shell.rows() - 2;
    while (row > 0 && shell.textAt(row).isEmpty()) {
      row--;
    }
    return shell.textAt(row - rows);
  }

  private String screenText() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < shell.rows(); row++) {
      text.append(shell.textAt(row)).append('\n');
    }
    return text.toString();
  }
}
