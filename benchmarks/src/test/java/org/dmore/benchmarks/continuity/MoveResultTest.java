package org.dmore.benchmarks.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.junit.jupiter.api.Test;

class MoveResultTest {
  private static final long MILLI = 1_000_000;

  private final TimedKeys typed = new TimedKeys();
  private final TimedKeys got = new TimedKeys();
  private final List<Integer> letGo = new ArrayList<>();

  private static MoveTimes times(boolean exact) {
    Duration time = Duration.ofMillis(3);
    return new MoveTimes(
        time, Optional.of(new MoveTimes.PairTimes(time, Duration.ofMillis(5), 7, exact)));
  }

  private MoveResult result(int cuts, boolean receiptExact) {
    return MoveResult.of(typed, got, letGo, cuts, times(receiptExact));
  }

  /** Types 200 events, of which one each millisecond; all come 2 ms later but those left out. */
  private void type(List<Integer> leftOut) {
    KeySequence sequence = new KeySequence(new Random(1));
    for (int i = 0; i < 200; i++) {
      KeyEvent event = sequence.next().event();
      typed.add(event, i * MILLI);
      if (!leftOut.contains(i)) {
        got.add(event, (i + (i == 60 ? 40 : 2)) * MILLI);
      }
    }
  }

  @Test
  void allThatCameInOrderOverOneConnectionIsExact() {
    type(List.of());
    MoveResult result = result(0, true);
    assertThat(result.isExact()).isTrue();
    assertThat(result.stall()).isEqualTo(Duration.ofMillis(40));
    assertThat(result(1, true).isExact()).as("cut").isFalse();
    assertThat(result(0, false).isExact()).as("receipt").isFalse();
  }

  @Test
  void lostKeysAreCountedAndDoNotPutOffTheStallOfOthers() {
    type(List.of(50, 51, 52));
    MoveResult result = result(0, true);
    assertThat(result.lost()).isEqualTo(3);
    assertThat(result.doubled()).isZero();
    assertThat(result.stall()).isEqualTo(Duration.ofMillis(40));
    assertThat(result.isExact()).isFalse();
  }

  @Test
  void aReleaseOfAKeyThatTheGuestLetGoOfItselfIsNotMissed() {
    type(List.of(51));
    assertThat(result(0, true).lost()).isEqualTo(1);
    letGo.add(typed.events().get(51).code());
    MoveResult result = result(0, true);
    assertThat(result.lost()).isZero();
    assertThat(result.moot()).isEqualTo(1);
    assertThat(result.isExact()).as("not what was typed, all the same").isFalse();
  }

  @Test
  void aPressOfAKeyThatTheGuestLetGoOfIsMissed() {
    type(List.of(50, 51));
    letGo.add(typed.events().get(51).code());
    assertThat(result(0, true).lost()).isEqualTo(2);
  }

  @Test
  void aKeyThatWasNeverTypedCountsAsDoubled() {
    type(List.of());
    got.add(KeyEvent.press(500), 300 * MILLI);
    assertThat(result(0, true).doubled()).isEqualTo(1);
    assertThat(result(0, true).isExact()).isFalse();
  }

  @Test
  void aWaySaysWhichMoveWasNotExact() {
    type(List.of());
    MoveResult good = result(0, true);
    MoveResult bad = result(2, true);
    WayResult way = new WayResult(Way.PAIR, List.of(good, bad));
    assertThat(way.firstFailure().orElseThrow()).contains("move=2", "cut-connections=2");
    assertThat(new WayResult(Way.PAIR, List.of(good)).firstFailure()).isEmpty();
    assertThat(way.sum(MoveResult::cuts)).isEqualTo(2);
    assertThat(way.median(MoveResult::cuts)).isEqualTo(1);
    assertThat(way.worst(MoveResult::cuts)).isEqualTo(2);
  }
}
