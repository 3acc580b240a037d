package org.dmore.benchmarks.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FrameSequenceTest {
  private static List<int[]> first(FrameSequence sequence, int count) {
    Film film = sequence.film();
    List<int[]> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(film.next().rgb().clone());
    }
    return frames;
  }

  private static double changedPercent(int[] before, int[] after) {
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      changed += before[i] == after[i] ? 0 : 1;
    }
    return 100.0 * changed / before.length;
  }

  @ParameterizedTest
  @EnumSource(FrameSequence.class)
  void eachTimeTheSameFramesAndEachUnlikeTheOneBefore(FrameSequence sequence) {
    List<int[]> frames = first(sequence, 4);
    List<int[]> again = first(sequence, 4);

    for (int i = 0; i < frames.size(); i++) {
      assertThat(again.get(i)).isEqualTo(frames.get(i));
      assertThat(Arrays.stream(frames.get(i)).allMatch(rgb -> rgb >>> 24 == 0)).isTrue();
      if (i > 0) {
        assertThat(changedPercent(frames.get(i - 1), frames.get(i))).isPositive();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BOOT_LOG, 2, 30",
    "TERMINAL, 0.001, 3",
    "DESKTOP, 0.1, 30",
    "SLIDE_SHOW, 90, 100",
    "VIDEO, 20, 29.4"
  })
  void soMuchChangesFromFrameToFrame(FrameSequence sequence, double least, double most) {
    List<int[]> frames = first(sequence, 24);

    for (int i = 1; i < frames.size(); i++) {
      assertThat(changedPercent(frames.get(i - 1), frames.get(i)))
          .as("percent changed in frame %d", i)
          .isBetween(least, most);
    }
  }
}
