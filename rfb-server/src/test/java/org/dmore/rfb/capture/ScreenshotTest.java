package org.dmore.rfb.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.clients.VirtualScreen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenshotTest {
  @TempDir private Path folder;

  private static int[] read(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int[] pixels = new int[image.getWidth() * image.getHeight()];
    image.getRGB(0, 0, image.getWidth(), image.getHeight(), pixels, 0, image.getWidth());
    for (int i = 0; i < pixels.length; i++) {
      assertThat(pixels[i] >>> 24).isEqualTo(0xff);
      pixels[i] &= 0xffffff;
    }
    return pixels;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 6", "1, 300, 9", "7, 5, 0", "640, 480, 6", "333, 999, 1", "65535, 2, 6"})
  void anotherReaderSeesTheTruePixels(int width, int height, int level) throws IOException {
    MemoryDesktop desktop = new MemoryDesktop(width, height);
    Random random = new Random(width);
    for (int i = 0; i < 6; i++) {
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      desktop.scribble(random, x, y, width - x, height - y);
    }
    byte[] png = Screenshot.of(desktop).withCompression(level).toBytes();
    assertThat(read(png)).isEqualTo(desktop.pixels());
  }

  @Test
  void toolsFindNothingWrongWithIt() throws Exception {
    MemoryDesktop desktop = new MemoryDesktop(800, 600);
    desktop.scribble(new Random(2), 0, 0, 800, 300);
    Path file = folder.resolve("screen.png");
    Screenshot.of(desktop).writeTo(file);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    VirtualScreen.needs("pngcheck", "pngcheck");
    check(file, "pngcheck", "-q");
    VirtualScreen.needs("identify", "imagemagick");
    check(file, "identify", "-regard-warnings");
  }

  private static void check(Path file, String tool, String option) throws Exception {
    Process process =
        new ProcessBuilder(List.of(tool, option, file.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void theCursorIsDrawnWhereItPointsAndCutAtTheEdges() throws IOException {
    MemoryDesktop desktop = new MemoryDesktop(40, 30);
    desktop.fill(0, 0, 40, 30, 0x204060);
    int[] shape = new int[16];
    shape[0] = 0xffffffff;
    shape[1] = 0x80ff0000;
    shape[5] = 0xff00ff00;
    desktop.cursor(Optional.of(new CursorShape(4, 4, 1, 1, shape)));
    int[] with = read(Screenshot.of(desktop).withCursorAt(10, 20).toBytes());
    int[] expected = desktop.pixels();
    expected[19 * 40 + 9] = 0xffffff;
    expected[19 * 40 + 10] = 0x902030;
    expected[20 * 40 + 10] = 0x00ff00;
    assertThat(with).isEqualTo(expected);
    int[] atTheEdge = read(Screenshot.of(desktop).withCursorAt(0, 0).toBytes());
    int[] edge = desktop.pixels();
    edge[0] = 0x00ff00;
    assertThat(atTheEdge).isEqualTo(edge);
    assertThat(read(Screenshot.of(desktop).toBytes())).isEqualTo(desktop.pixels());
  }

  @Test
  void flatScreensAndTextAreSmall() {
    MemoryDesktop desktop = new MemoryDesktop(1280, 800);
    Random random = new Random(3);
    for (int i = 0; i < 4000; i++) {
      desktop.fill(8 * random.nextInt(160) + 1, 16 * random.nextInt(50) + 3, 5, 1, 0xaaaaaa);
    }
    assertThat(Screenshot.of(desktop).toBytes()).hasSizeLessThan(1280 * 800 * 3 / 50);
  }

  @Test
  void whatCannotBeWrittenLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("screen.png");
    Files.writeString(file, "before");
    MemoryDesktop desktop = new MemoryDesktop(10, 10);
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };
    assertThatThrownBy(() -> Screenshot.of(desktop).writeTo(full)).hasMessage("no space left");
    assertThat(file).hasContent("before");
    assertThatThrownBy(() -> Screenshot.of(desktop).withCompression(10))
        .hasMessageContaining("compression=10");
  }
}
