package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncodingPaceTest {
  private final EncodingPace pace = new EncodingPace();

  @Test
  void beforeAnythingIsKnownAboutThirtyThousandPixelsAreShort() {
    assertThat(pace.isShort(1 << 15)).isTrue();
    assertThat(pace.isShort(1 << 16)).isFalse();
  }

  @Test
  void textMakesMorePixelsShortAndPhotosFewer() {
    learn(3);
    assertThat(pace.isShort(80_000)).isTrue();
    assertThat(pace.isShort(110_000)).isFalse();
    learn(40);
    assertThat(pace.isShort(7_000)).isTrue();
    assertThat(pace.isShort(8_000)).isFalse();
  }

  @Test
  void areasThatHadToWaitForAProcessorChangeLittle() {
    learn(3);
    for (int i = 0; i < 100; i++) {
      pace.took(1 << 16, (i % 3 == 0 ? 20L : 3L) << 16);
    }
    assertThat(pace.isShort(50_000)).isTrue();
  }

  @Test
  void whatASmallAreaTakesSaysNothingOfLargeOnes() {
    learn(3);
    for (int i = 0; i < 1000; i++) {
      pace.took(128, 128 * 50);
    }
    assertThat(pace.isShort(80_000)).isTrue();
  }

  private void learn(long nanosPerPixel) {
    for (int i = 0; i < 100; i++) {
      pace.took(1 << 16, nanosPerPixel << 16);
    }
  }
}
