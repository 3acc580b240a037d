package org.dmore.rfb.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhotoDetectorTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;

  private final SplittableRandom random = new SplittableRandom(7);

  private static boolean isPhoto(int width, int height, IntBinaryOperator pixel) {
    int[] rgb = new int[width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = pixel.applyAsInt(i % width, i / width);
    }
    boolean photo = PhotoDetector.isPhoto(rgb, width, height);
    if (PhotoDetector.isLargeEnough(width, height)) {
      assertThat(PhotoDetector.isPhotoCell(rgb, 0, width, width, height)).isEqualTo(photo);
    }
    return photo;
  }

  private static int grey(int level) {
    return level * 0x010101;
  }

  @Test
  void whatIsUnevenByLittleIsAPhoto() {
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> grey(60 + x + y + random.nextInt(16)))).isTrue();
  }

  @Test
  void whatIsDrawnIsNone() {
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> 0x2060c0)).isFalse();
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> random.nextInt(6) == 0 ? 0xffffff : 0)).isFalse();
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> (x + y) % 2 == 0 ? 0xffffff : 0)).isFalse();
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> grey(x / 4 * 8))).isFalse();
  }

  @Test
  void noiseOfAllColoursIsNone() {
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> random.nextInt(1 << 24))).isFalse();
  }

  /** Neighbours that differ by up to 48, the sum of red, green and blue, are near each other. */
  @ParameterizedTest
  @CsvSource({
    "0x000001, true", "0x101010, true", "0x300000, true", "0x003000, true", "0x000030, true",
    "0x310000, false", "0x003100, false", "0x000031, false", "0x101011, false", "0xff0000, false"
  })
  void nearIsWhatIsNear(String difference, boolean photo) {
    int step = Integer.decode(difference);
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> x % 2 * step)).isEqualTo(photo);
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> (x + 1) % 2 * step)).isEqualTo(photo);
  }

  /** Of 63 pairs in a row 20 may be the same, and 21, a third, may not. */
  @Test
  void aThirdOfThePairsAlikeIsTooMuch() {
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> grey(x <= 20 ? 0 : x % 2 * 8 + 8))).isTrue();
    assertThat(isPhoto(WIDTH, HEIGHT, (x, y) -> grey(x <= 21 ? 0 : x % 2 * 8 + 8))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"7, 400, false", "400, 7, false", "8, 128, true", "31, 33, false", "32, 32, true"})
  void anImageHasToBeWorthItsTables(int width, int height, boolean large) {
    assertThat(PhotoDetector.isLargeEnough(width, height)).isEqualTo(large);
    assertThat(isPhoto(width, height, (x, y) -> grey((x + y) % 2 * 8))).isEqualTo(large);
  }
}
