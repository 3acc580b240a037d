package org.dmore.benchmarks.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dmore.benchmarks.frames.Film;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameSequence;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameFileTest {
  private static final int PIXELS = Frame.WIDTH * Frame.HEIGHT;

  @TempDir private Path folder;

  @Test
  void aFileHasTheSequencesFramesOneAfterTheOther() throws Exception {
    FrameFile file =
        FrameFile.write(
            folder.resolve("frames"), List.of(FrameSequence.TERMINAL, FrameSequence.BOOT_LOG), 3);

    assertThat(file.clips()).extracting(Clip::title).containsExactly("terminal", "boot log");
    assertThat(file.clips()).extracting(Clip::first).containsExactly(0, 3);
    assertThat(file.clips()).extracting(Clip::last).containsExactly(2, 5);
    int[] pixels = pixels(file.path());
    assertThat(pixels).hasSize(6 * PIXELS);
    Film film = FrameSequence.BOOT_LOG.film();
    for (int i = 3; i < 6; i++) {
      assertThat(frame(pixels, i)).isEqualTo(film.next().rgb());
    }
  }

  @Test
  void whatIsShownOfDamageAloneMakesEachFrameAndNoLessWould() throws Exception {
    FrameFile file =
        FrameFile.write(
            folder.resolve("frames"), List.of(FrameSequence.DESKTOP, FrameSequence.TERMINAL), 5);
    int[] pixels = pixels(file.path());

    for (Clip clip : file.clips()) {
      int[] screen = frame(pixels, clip.last());
      for (int i = 0; i < clip.frames(); i++) {
        int[] frame = frame(pixels, clip.first() + i);
        Rectangle damage = clip.damage().get(i);
        assertThat(FrameFile.difference(screen, frame)).isEqualTo(damage);
        for (int y = damage.y(); y < damage.y() + damage.height(); y++) {
          int at = y * Frame.WIDTH + damage.x();
          System.arraycopy(frame, at, screen, at, damage.width());
        }
        assertThat(screen).isEqualTo(frame);
      }
    }
  }

  @Test
  void theDifferenceIsTheBoundsOfAllPixelsThatDiffer() {
    int[] before = new int[PIXELS];
    int[] after = new int[PIXELS];
    assertThat(FrameFile.difference(before, after)).isEqualTo(new Rectangle(0, 0, 0, 0));

    after[5 * Frame.WIDTH + 300] = 1;
    assertThat(FrameFile.difference(before, after)).isEqualTo(new Rectangle(300, 5, 1, 1));

    after[9 * Frame.WIDTH + 20] = 1;
    after[7 * Frame.WIDTH + Frame.WIDTH - 1] = 1;
    assertThat(FrameFile.difference(before, after)).isEqualTo(new Rectangle(20, 5, 1004, 5));
  }

  private static int[] pixels(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    int[] pixels = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(pixels);
    return pixels;
  }

  private static int[] frame(int[] pixels, int number) {
    return Arrays.copyOfRange(pixels, number * PIXELS, (number + 1) * PIXELS);
  }
}
