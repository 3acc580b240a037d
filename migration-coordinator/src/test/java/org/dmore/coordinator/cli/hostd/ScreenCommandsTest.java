package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that look at a console and type on it, on a guest with consoled. */
class ScreenCommandsTest {
  private static final String PASSWORD = "geheim12";
  private static final Driver DRIVER = new Driver();
  private static DemoRoom room;

  @TempDir Path folder;
  private final CommandBench bench = new CommandBench();

  /** Writes down what the guest's driver consumed. */
  private static final class Driver implements KeyboardFrontend.Listener {
    private final List<String> events = new ArrayList<>();

    @Override
    public synchronized void key(int code, boolean pressed) {
      events.add((pressed ? "+" : "-") + code);
    }

    synchronized List<String> take() {
      List<String> taken = List.copyOf(events);
      events.clear();
      return taken;
    }
  }

  @BeforeAll
  static void open() throws Exception {
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("test", PASSWORD)).small(),
            new MemoryJournal(),
            DRIVER);
  }

  @AfterAll
  static void close() {
    room.close();
  }

  @BeforeEach
  void layOut() {
    bench.plane.answer(
        new ConsoleAccess(
            "127.0.0.1:" + room.address().getPort(),
            ConsoleRequest.Kind.PASSWORD,
            PASSWORD,
            "otp-1",
            Instant.EPOCH));
    List<String> unused = taken();
  }

  /** What the guest has taken by now, once all that was sent is. */
  private static List<String> taken() {
    try {
      assertThat(room.audit(Duration.ofSeconds(5)).isExact()).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return DRIVER.take();
  }

  private static String guestText() {
    return IntStream.range(0, room.guest().textRows())
        .mapToObj(row -> room.guest().textAt(row).stripTrailing())
        .reduce("", (text, row) -> text + "\n" + row);
  }

  private static int[] guestPixels() {
    return room.guest()
        .query(
            () -> {
              int width = room.guest().framebuffer().width();
              int height = room.guest().framebuffer().height();
              int[] pixels = new int[width * height];
              for (int y = 0; y < height; y++) {
                room.guest().framebuffer().getRow(0, y, pixels, y * width, width);
              }
              return pixels;
            });
  }

  @Test
  void whatIsTypedArrivesToTheLastKeyAndIsOnTheGuestsScreen() {
    String text = "echo The quick_brown Fox-jumps 0123456789 'over' the {lazy} dog\n";
    Result result = bench.run("type", "web1", text, "--delay", "1ms");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("typed: characters=" + text.length() + "\n");
    assertThat(taken().stream().filter(event -> event.equals("+28"))).hasSize(1);
    await()
        .untilAsserted(
            () ->
                assertThat(guestText())
                    .contains("\nThe quick_brown Fox-jumps 0123456789 'over' the {lazy} dog"));
    assertThat(bench.plane.asked())
        .containsExactly(
            "openConsole ConsoleRequest[pair=web1, kind=PASSWORD, right=CONTROL, lifetime=PT1M,"
                + " uses=OptionalInt[1], user=, guest=Optional.empty]");
  }

  @Test
  void standardInputIsTypedAndProgressDrawn() {
    String text = "#" + "abcdefghij".repeat(8) + "\r\n";
    Result result =
        bench.atTerminal().withInput(text).run("type", "web1", "-", "--delay", "1ms", "--json");
    assertThat(result.out()).isEqualTo("{\"event\":\"typed\",\"characters\":82}\n");
    List<String> pressed = taken().stream().filter(event -> event.startsWith("+")).toList();
    assertThat(pressed).endsWith("+28").filteredOn(event -> event.equals("+30")).hasSize(8);
    bench.withInput("x".repeat(70)).run("type", "web1", "-", "--delay", "1ms");
    assertThat(bench.drawn)
        .contains("typed 32 of 70 characters", "typed 64 of 70 characters")
        .endsWith("");
    bench.run("keys", "web1", "enter");
  }

  @Test
  void aTextThatCannotBeTypedIsAnErrorBeforeTheFirstKey() {
    Result result = bench.run("type", "web1", "ab\u0007");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("no key types character=U+0007 at position=2");
    assertThat(bench.run("type", "web1", "").status()).isEqualTo(2);
    assertThat(bench.run("type", "web1").status()).isEqualTo(2);
    assertThat(bench.plane.asked()).isEmpty();
  }

  @Test
  void keysArePressedTogetherAndLetGoInReverse() {
    Result result = bench.run("keys", "web1", "ctrl-alt-del", "f3", "--json");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo("{\"event\":\"pressed\",\"keys\":[\"ctrl-alt-del\",\"f3\"]}\n");
    // KEY_LEFTCTRL, KEY_LEFTALT, KEY_DELETE, KEY_F3
    assertThat(taken()).containsExactly("+29", "+56", "+111", "-111", "-56", "-29", "+61", "-61");
    assertThat(bench.run("keys", "web1", "ctrl-nothing").status()).isEqualTo(2);
    assertThat(bench.run("keys", "web1").status()).isEqualTo(2);
  }

  @Test
  void aScreenshotIsEqualToTheGuestsFramebufferInEveryPixel() {
    String file = folder.resolve("screen.png").toString();
    await()
        .untilAsserted( // the guest's clock may tick in between
            () -> {
              int[] before = guestPixels();
              Result result = bench.run("screenshot", "web1", file);
              assertThat(result.status()).as(result.err()).isZero();
              assertThat(result.out())
                  .isEqualTo("screenshot: file=" + file + " width=800 height=600\n");
              BufferedImage image = ImageIO.read(Path.of(file).toFile());
              int[] shown = image.getRGB(0, 0, 800, 600, null, 0, 800);
              for (int i = 0; i < shown.length; i++) {
                shown[i] &= 0xffffff;
              }
              assertThat(shown).isEqualTo(before);
            });
    assertThat(IntStream.of(guestPixels()).distinct().count()).isGreaterThan(2);
    assertThat(bench.plane.asked().get(0)).contains("right=VIEW");
  }

  @Test
  void anyVncServerMayBeNamedInsteadOfAPair() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), PASSWORD + "\n");
    String server = "127.0.0.1:" + room.address().getPort();
    String file = folder.resolve("other.png").toString();
    String[] screenshot = {
      "screenshot", "--vnc", server, "--password-file", secret.toString(), file
    };
    assertThat(bench.run(screenshot).status()).isZero();
    assertThat(Path.of(file)).isNotEmptyFile();
    String[] keys = {"keys", "--vnc", server, "--password-file", secret.toString(), "f4"};
    assertThat(bench.run(keys).out()).isEqualTo("pressed: keys=[f4]\n");
    assertThat(taken()).containsExactly("+62", "-62");
    assertThat(bench.plane.asked()).isEmpty();

    Files.writeString(secret, "wrong\n");
    Result refused = bench.run(screenshot);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("it does not take the password");
    Result without = bench.run("keys", "--vnc", server, "f4");
    assertThat(without.err()).contains("it asks for a password");
    assertThat(bench.run("keys", "web1", "f4", "--password-file", "x").status()).isEqualTo(2);
    assertThat(bench.run("keys", "--vnc", "nowhere", "f4").status()).isEqualTo(2);
  }

  @Test
  void aServerThatIsNotThereOrSaysNothingIsNotWaitedForWithoutEnd() throws Exception {
    String server;
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server = "127.0.0.1:" + silent.getLocalPort();
      Result result = bench.run("keys", "--vnc", server, "f4", "--timeout", "200ms");
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).startsWith("dmore: the VNC server lets nothing through");
    }
    assertThat(bench.run("keys", "--vnc", server, "f4").err())
        .startsWith("dmore: no VNC server answers at 127.0.0.1 port=" + server.substring(10));
  }
}
