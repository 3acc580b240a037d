package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.awaitility.core.ConditionTimeoutException;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every viewer has to do with the server, on a screen in memory: show exact pixels, follow
 * changes and a resize, and pass keys and pointer on exactly.
 */
@Tag("clients")
abstract class ViewerTest {
  static final String PASSWORD = "geheim77";
  static final int WIDTH = 640;
  static final int HEIGHT = 400;

  /** How viewers keep a password in a file: DES with a key that everyone knows. */
  private static final byte[] FILE_KEY = {23, 82, 107, 6, 35, 78, 88, 7};

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /**
   * What xdotool's keys are, with their scancodes. It presses NumLock for a keypad digit, and lets
   * keys go in the order in which it pressed them.
   */
  static final List<String> KEYS =
      List.of(
          "key +61 30",
          "key -61 30",
          "key +ffe1 42",
          "key +42 48",
          "key -ffe1 42",
          "key -42 48",
          "key +ffe3 29",
          "key +ffe9 56",
          "key +63 46",
          "key -ffe3 29",
          "key -ffe9 56",
          "key -63 46",
          "key +ff7f 69",
          "key +ffb5 76",
          "key -ff7f 69",
          "key -ffb5 76",
          "key +ff52 200",
          "key -ff52 200",
          "key +ff0d 28",
          "key -ff0d 28",
          "key +ffe3 29",
          "key +ffe9 56",
          "key +ffff 211",
          "key -ffe3 29",
          "key -ffe9 56",
          "key -ffff 211");

  /** As {@link #KEYS}, from a viewer that sends keysyms alone. */
  static final List<String> KEYSYMS =
      KEYS.stream().map(key -> key.replaceFirst(" [0-9]+$", " 0")).toList();

  final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  final RecordingInput input = new RecordingInput();
  final Random random = new Random(42);

  @TempDir Path home;

  VirtualScreen screen;
  private RfbServer server;
  private Optional<BufferedImage> last = Optional.empty();

  /** The viewer's program. */
  abstract String program();

  /** The Debian package that brings it. */
  abstract String aptPackage();

  @BeforeEach
  void openScreen() throws IOException {
    VirtualScreen.needs(program(), aptPackage());
    screen = VirtualScreen.open(home, 1024, 768);
    desktop.fill(0, 0, WIDTH, HEIGHT, 0x003366);
    desktop.scribble(random, 20, 20, 200, 100);
    desktop.scribble(random, 240, 20, 380, 150);
    desktop.fill(50, 200, 500, 100, 0xaaaaaa);
    desktop.scribble(random, 0, 310, WIDTH, 90);
  }

  @AfterEach
  void closeAll() {
    if (screen != null) {
      screen.close();
    }
    if (server != null) {
      server.close();
    }
  }

  int serve(SecurityType... security) throws IOException {
    server = RfbServer.builder().desktop(desktop).input(input).security(security).build();
    InetSocketAddress bound =
        server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return bound.getPort();
  }

  RfbServer server() {
    return server;
  }

  Path passwordFile() throws IOException {
    byte[] padded = Arrays.copyOf(PASSWORD.getBytes(StandardCharsets.US_ASCII), 8);
    return Files.write(home.resolve("passwd"), VncAuthentication.response(FILE_KEY, padded));
  }

  /** A pixel of the screen as an accurate viewer shows it, for a pixel of the desktop. */
  interface Accuracy {
    boolean same(int shown, int wanted);

    Accuracy EXACT = (shown, wanted) -> shown == wanted;

    /** Each colour differs by that at most. */
    static Accuracy within(int step) {
      return (shown, wanted) -> {
        for (int shift = 0; shift < 24; shift += 8) {
          if (Math.abs((shown >> shift & 0xff) - (wanted >> shift & 0xff)) > step) {
            return false;
          }
        }
        return true;
      };
    }
  }

  /** Where the desktop stands on the screen. */
  record Place(int x, int y) {}

  /** Waits until the screen shows the desktop, all of it; returns where. */
  Place awaitDesktop(Accuracy accuracy) {
    return awaitPicture(accuracy, desktop.size());
  }

  /** As {@link #awaitDesktop}, for a viewer that shows another size: cropped, or black beyond. */
  Place awaitPicture(Accuracy accuracy, Desktop.Size size) {
    Callable<Optional<Place>> look = () -> find(accuracy, size);
    for (boolean nudged = false; ; nudged = true) {
      try {
        return await()
            .atMost(Duration.ofSeconds(20))
            .pollInterval(VirtualScreen.LOOK)
            .until(look, Optional::isPresent)
            .orElseThrow();
      } catch (ConditionTimeoutException e) {
        if (nudged || !nudge()) {
          save("failed");
          throw new AssertionError("the desktop is not shown; windows:\n" + windows(), e);
        }
      }
    }
  }

  /** Wakes a viewer that may have drawn what it does not show; returns whether it may have. */
  boolean nudge() {
    return false;
  }

  private Optional<Place> find(Accuracy accuracy, Desktop.Size size) throws IOException {
    BufferedImage image = screen.screenshot();
    last = Optional.of(image);
    int[] wanted = new int[size.width() * size.height()];
    desktop.copyPixels(0, 0, size.width(), size.height(), wanted, 0, size.width());
    int width = image.getWidth();
    int[] shown = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    for (int y = 0; y + size.height() <= image.getHeight(); y++) {
      for (int x = 0; x + size.width() <= width; x++) {
        if (matches(shown, width, x, y, wanted, size, accuracy)) {
          return Optional.of(new Place(x, y));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean matches(
      int[] shown,
      int shownWidth,
      int x,
      int y,
      int[] wanted,
      Desktop.Size size,
      Accuracy accuracy) {
    for (int row = size.height() - 1; row >= 0; row--) {
      for (int column = 0; column < size.width(); column++) {
        int there = shown[(y + row) * shownWidth + x + column] & 0xffffff;
        if (!accuracy.same(there, wanted[row * size.width() + column])) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Shows a photo and waits until it is seen, with an error of at most so many dB; what is around
   * it stays exact.
   */
  void showsAPhoto(Place place, double psnr) throws Exception {
    Rectangle photo = new Rectangle(96, 64, 416, 256);
    desktop.photograph(random, photo.x, photo.y, photo.width, photo.height);
    desktop.fill(0, 0, 96, 64, 0xabcdef);
    int[] wanted = desktop.pixels();
    await()
        .pollInterval(VirtualScreen.LOOK)
        .untilAsserted(
            () -> {
              BufferedImage image = screen.screenshot();
              last = Optional.of(image);
              double sum = 0;
              for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                  int shown = image.getRGB(place.x() + x, place.y() + y) & 0xffffff;
                  int true24 = wanted[y * WIDTH + x];
                  sum += photo.contains(x, y) ? squareError(shown, true24) : 0;
                  if (x < 64 || y < 48 || x >= 544 || y >= 336) {
                    // Beyond the cells that the photo's edge runs through.
                    assertThat(shown).as("x=" + x + " y=" + y).isEqualTo(true24);
                  }
                }
              }
              double mean = sum / (3.0 * photo.width * photo.height);
              assertThat(10 * Math.log10(255.0 * 255.0 / mean)).isGreaterThan(psnr);
            });
  }

  private static double squareError(int shown, int wanted) {
    double sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      double error = (shown >> shift & 0xff) - (wanted >> shift & 0xff);
      sum += error * error;
    }
    return sum;
  }

  private String windows() {
    try {
      return screen.windows();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  /** Keeps the last screenshot as {@code target/screenshots/<program>-<name>.png}. */
  void save(String name) {
    last.ifPresent(
        image -> {
          try {
            Files.createDirectories(SCREENSHOTS);
            Path file = SCREENSHOTS.resolve(program() + "-" + name + ".png");
            ImageIO.write(image, "png", file.toFile());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Changes pixels, moves some, resizes the desktop, and looks each time. */
  Place followsChanges(Accuracy accuracy) throws Exception {
    desktop.scribble(random, 100, 50, 300, 200);
    awaitDesktop(accuracy);
    desktop.copy(0, 16, 0, 0, WIDTH, HEIGHT - 16);
    desktop.fill(0, HEIGHT - 16, WIDTH, 16, 0x102030);
    awaitDesktop(accuracy);
    resized(720, 300);
    desktop.scribble(random, 600, 0, 120, 300);
    awaitDesktop(accuracy);
    resized(500, 450);
    desktop.scribble(random, 0, 290, 500, 160);
    return awaitDesktop(accuracy);
  }

  /** Resizes the desktop; a viewer whose window does not follow has it resized here. */
  void resized(int width, int height) throws Exception {
    desktop.resize(width, height);
  }

  /** Types, moves and clicks, with what the viewer is to send for each key. */
  void passesInputOn(Place place, List<String> keys) throws Exception {
    screen.xdotool("mousemove", "--sync", "" + (place.x() + 100), "" + (place.y() + 60));
    screen.xdotool("click", "1");
    RecordingInput.Recording sink = input.last();
    await()
        .untilAsserted(
            () ->
                assertThat(sink.events("pointer"))
                    .containsSubsequence("pointer 1 100,60", "pointer 0 100,60"));
    int before = sink.events("key").size();
    for (String key :
        List.of("a", "shift+b", "ctrl+alt+c", "KP_5", "Up", "Return", "ctrl+alt+Delete")) {
      screen.xdotool("key", "--clearmodifiers", key);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(sink.events("key").subList(before, sink.events("key").size()))
                    .containsExactlyElementsOf(keys));
    screen.xdotool("mousemove", "--sync", "" + (place.x() + 3), "" + (place.y() + 299));
    screen.xdotool("click", "3");
    screen.xdotool("click", "4");
    await()
        .untilAsserted(
            () ->
                assertThat(sink.events("pointer"))
                    .containsSubsequence(
                        "pointer 4 3,299",
                        "pointer 0 3,299",
                        "pointer 8 3,299",
                        "pointer 0 3,299"));
  }
}
