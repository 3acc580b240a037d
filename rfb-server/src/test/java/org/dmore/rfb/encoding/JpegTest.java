package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.clients.VirtualScreen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to a JPEG image, the system's and the JDK's. */
class JpegTest {
  private final MemoryDesktop desktop = new MemoryDesktop(256, 256);

  static Stream<Arguments> both() {
    Supplier<Jpeg> turbo = TurboJpeg::new;
    Supplier<Jpeg> jdk = ImageIoJpeg::new;
    return Stream.of(Arguments.of("libturbojpeg", turbo), Arguments.of("javax.imageio", jdk));
  }

  private static void needs(String name) {
    if (name.equals("libturbojpeg")) {
      try (Jpeg any = new TurboJpeg()) {
        assertThat(any.name()).isEqualTo(name);
      } catch (LinkageError e) {
        VirtualScreen.demand(false, "libturbojpeg.so.0", "libturbojpeg0");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void compressesEverySizeAndLevelWithTheSubsamplingThatTheLevelHas(
      String name, Supplier<Jpeg> maker) throws IOException {
    needs(name);
    Random random = new Random(3);
    desktop.photograph(random, 0, 0, 256, 256);
    try (Jpeg jpeg = maker.get()) {
      for (int level = 0; level <= 9; level++) {
        int[] sizes = {256, 1, 17, 64 + random.nextInt(100)};
        for (int w : sizes) {
          int h = w == 256 ? 256 : 1 + random.nextInt(200);
          int[] rgb = new int[w * h];
          desktop.copyPixels(0, 0, w, h, rgb, 0, w);
          Jpeg.Quality quality = Jpeg.Quality.of(level);
          ByteBuf out = Unpooled.buffer();
          try {
            jpeg.compress(rgb, w, h, quality, out);
            assertThat(sampling(out)).isEqualTo(sampling(quality.subsampling()));
            BufferedImage image = ImageIO.read(new ByteBufInputStream(out));
            assertThat(image.getWidth()).isEqualTo(w);
            assertThat(image.getHeight()).isEqualTo(h);
            assertThat(psnr(image, rgb)).as("level=" + level).isGreaterThan(22 + level);
          } finally {
            out.release();
          }
        }
      }
    }
  }

  @Test
  void aClosedCompressorRefuses() {
    needs("libturbojpeg");
    Jpeg jpeg = new TurboJpeg();
    jpeg.close();
    jpeg.close();
    ByteBuf out = Unpooled.buffer();
    assertThatThrownBy(() -> jpeg.compress(new int[1], 1, 1, Jpeg.Quality.of(5), out))
        .isInstanceOf(IllegalStateException.class);
    out.release();
  }

  private static String sampling(Jpeg.Subsampling wanted) {
    return wanted.horizontal() + "x" + wanted.vertical();
  }

  /** Of the first component, from the frame's header (ITU T.81, B.2.2). */
  private static String sampling(ByteBuf file) {
    int at = file.readerIndex() + 2;
    while (file.getUnsignedShort(at) != 0xffc0) {
      at += 2 + file.getUnsignedShort(at + 2);
    }
    int factors = file.getUnsignedByte(at + 11);
    return (factors >> 4) + "x" + (factors & 15);
  }

  private static double psnr(BufferedImage image, int[] rgb) {
    double sum = 0;
    for (int i = 0; i < rgb.length; i++) {
      int shown = image.getRGB(i % image.getWidth(), i / image.getWidth());
      for (int shift = 0; shift < 24; shift += 8) {
        double error = (shown >> shift & 0xff) - (rgb[i] >> shift & 0xff);
        sum += error * error;
      }
    }
    return 10 * Math.log10(255.0 * 255.0 * 3 * rgb.length / sum);
  }
}
