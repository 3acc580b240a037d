package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.rfb.clients.VirtualScreen;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real viewers on the guest's console while the pair moves: what is typed into their windows
 * arrives in the guest, and their windows show what stands in the guest's framebuffer, to the
 * pixel.
 */
@Tag("clients")
class RealViewerTest {
  private static final String PASSWORD = "geheim77";

  /** How viewers keep a password in a file: DES with a key that everyone knows. */
  private static final byte[] FILE_KEY = {23, 82, 107, 6, 35, 78, 88, 7};

  private static final int MOVES = 4;
  private static final String TEXT = "the quick brown fox jumps over the lazy dog";

  @TempDir private Path home;

  private final RecordedInput input = new RecordedInput();
  private DemoRoom room;
  private VirtualScreen screen;

  @BeforeEach
  void open() throws Exception {
    screen = VirtualScreen.open(home, 1000, 800);
    room =
        DemoRoom.open(
            DemoSettings.of(ConsoledConfig.forGuest("dmore guest", PASSWORD))
                .withMigration(PatientMigration.SETTINGS),
            new MemoryJournal(),
            input);
  }

  @AfterEach
  void close() {
    if (screen != null) {
      screen.close();
    }
    if (room != null) {
      room.close();
    }
  }

  @Test
  void tigerVncGoesOnThroughMoves() throws Exception {
    VirtualScreen.needs("xtigervncviewer", "tigervnc-viewer");
    typesThroughMoves(
        "tigervnc",
        "xtigervncviewer",
        "-passwd",
        passwordFile().toString(),
        "127.0.0.1::" + room.address().getPort());
  }

  @Test
  void tightVncGoesOnThroughMoves() throws Exception {
    VirtualScreen.needs("xtightvncviewer", "xtightvncviewer");
    typesThroughMoves(
        "tightvnc",
        "xtightvncviewer",
        "-passwd",
        passwordFile().toString(),
        "127.0.0.1::" + room.address().getPort());
  }

  private void typesThroughMoves(String name, String... viewer) throws Exception {
    Process process = screen.start(viewer);
    int[] place = awaitGuestsPixels(name + "-before");
    // A click, since a viewer may keep a motion to itself until something else happens.
    screen.xdotool("mousemove", "--sync", "" + (place[0] + 150), "" + (place[1] + 250));
    screen.xdotool("click", "1");
    await()
        .untilAsserted(
            () -> assertThat(input.events()).containsSubsequence("@150,250,0", "+272", "-272"));
    ExecutorService mover = Executors.newSingleThreadExecutor();
    List<MigrationReceipt> receipts = new ArrayList<>();
    try {
      Future<?> moves =
          mover.submit(
              () -> {
                for (int i = 0; i < MOVES; i++) {
                  receipts.add(room.migrate(MigrationListener.NONE));
                }
                return null;
              });
      int lines = 0;
      while (!moves.isDone() || lines < 2) {
        screen.xdotool("type", "--delay", "3", "echo " + lines + " " + TEXT);
        screen.xdotool("key", "Return");
        lines++;
        assertThat(lines).as("lines typed while the pair moves").isLessThan(100);
      }
      moves.get(30, TimeUnit.SECONDS);
      int typed = lines;
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(guestText()).contains("\n" + (typed - 1) + " " + TEXT));
      for (int line = Math.max(0, typed - 5); line < typed; line++) {
        assertThat(guestText()).contains("\n" + line + " " + TEXT);
      }
    } finally {
      mover.shutdownNow();
    }
    assertThat(receipts).hasSize(MOVES).allMatch(MigrationReceipt::isExact);
    assertThat(receipts).allMatch(MigrationReceipt::complete);
    awaitGuestsPixels(name + "-after");
    assertThat(process.isAlive()).as("the viewer was never cut off").isTrue();
    assertThat(room.consoled().server().clients()).hasSize(1);
    assertThat(room.consoled().server().clients().get(0).id()).isEqualTo(1);
    InputAudit audit = room.audit(Duration.ofSeconds(10));
    assertThat(audit.isExact()).as("%s", audit).isTrue();
  }

  private Path passwordFile() throws IOException {
    byte[] padded = Arrays.copyOf(PASSWORD.getBytes(StandardCharsets.US_ASCII), 8);
    return Files.write(home.resolve("passwd"), VncAuthentication.response(FILE_KEY, padded));
  }

  private String guestText() {
    StringBuilder text = new StringBuilder();
    int rows = room.guest().textRows();
    for (int row = 0; row < rows; row++) {
      text.append('\n').append(room.guest().textAt(row).stripTrailing());
    }
    return text.toString();
  }

  /** Waits until the screen shows the guest's framebuffer, all of it; returns where. */
  private int[] awaitGuestsPixels(String name) throws IOException {
    Callable<int[]> look = this::find;
    try {
      return await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(200))
          .until(look, place -> place.length > 0);
    } finally {
      Path folder = Files.createDirectories(Path.of("target", "screenshots"));
      ImageIO.write(screen.screenshot(), "png", folder.resolve(name + ".png").toFile());
    }
  }

  private int[] find() throws IOException {
    BufferedImage image = screen.screenshot();
    int width = image.getWidth();
    int[] shown = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    int[] wanted = guestPixels();
    int guestWidth = 800;
    int guestHeight = 600;
    for (int y = 0; y + guestHeight <= image.getHeight(); y++) {
      for (int x = 0; x + guestWidth <= width; x++) {
        if (matches(shown, width, x, y, wanted, guestWidth, guestHeight)) {
          return new int[] {x, y};
        }
      }
    }
    return new int[0];
  }

  /** What stands in the guest's own memory. */
  private int[] guestPixels() {
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

  /** The status line's clock goes on while we look: the last row of text is left out. */
  private static boolean matches(
      int[] shown, int shownWidth, int x, int y, int[] wanted, int width, int height) {
    for (int row = 0; row < height - 32; row++) {
      for (int column = 0; column < width; column++) {
        int there = shown[(y + row) * shownWidth + x + column] & 0xffffff;
        if (there != (wanted[row * width + column] & 0xffffff)) {
          return false;
        }
      }
    }
    return true;
  }
}
