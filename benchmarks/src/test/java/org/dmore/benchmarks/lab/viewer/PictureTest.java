package org.dmore.benchmarks.lab.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Point;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
  private final Picture picture = new Picture(3, 2, new int[] {1, 2, 3, 0, 5, 0xff000006});

  @Test
  void whatStandsAboveTheColourIsDropped() {
    assertThat(picture.at(2, 1)).isEqualTo(6);
    assertThat(picture.ink()).isEqualTo(5);
  }

  @Test
  void theDigestIsThatOfLittleEndianWords() {
    // printf '\x01\0\0\0\x02\0\0\0' | sha256sum
    assertThat(new Picture(2, 1, new int[] {1, 2}).sha256())
        .isEqualTo("34fb5c825de7ca4aea6e712f19d439c1da0c92c37b423936c5f618545ca4fa1f");
  }

  @Test
  void aDifferenceIsCountedAndPlaced() {
    assertThat(picture.difference(new Picture(3, 2, new int[] {1, 2, 3, 0, 5, 6}))).isEmpty();
    assertThat(picture.difference(new Picture(3, 2, new int[] {1, 9, 3, 0, 5, 7})))
        .contains(
            "2 of 6 pixels differ, within 2x2+1+0; the first at 1,0 is 0x000009 instead of 0x000002");
    assertThat(picture.difference(new Picture(2, 3, new int[6])))
        .contains("size=2x3 instead of 3x2");
  }

  @Test
  void aPictureIsFoundWhereItStandsAndNowhereElse() {
    Picture part = new Picture(2, 2, new int[] {2, 3, 5, 6});
    assertThat(part.findIn(picture)).contains(new Point(1, 0));
    assertThat(picture.findIn(picture)).contains(new Point(0, 0));
    assertThat(new Picture(2, 2, new int[] {2, 3, 5, 7}).findIn(picture)).isEmpty();
    assertThat(picture.findIn(part)).isEmpty();
  }

  @Test
  void aPngShowsTheSame(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a/b.png");
    picture.writePng(file);
    assertThat(Picture.of(ImageIO.read(file.toFile()))).isEqualTo(picture);
  }

  @Test
  void pixelsAreAsManyAsTheSizeSays() {
    assertThatThrownBy(() -> new Picture(2, 2, new int[3]))
        .hasMessage("picture of 2x2 with pixels=3");
  }
}
