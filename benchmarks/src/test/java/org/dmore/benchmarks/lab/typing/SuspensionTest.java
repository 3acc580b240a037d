package org.dmore.benchmarks.lab.typing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.junit.jupiter.api.Test;

class SuspensionTest {
  private static final int SHIFT = 42;
  private static final int F5 = 63;

  private static final List<KeyEvent> SENT =
      events("30+ 30- 63+ 42+ 31+ 31- 32+ 32- 50+ 50- 42- 63- 33+ 33-");

  private static List<KeyEvent> events(String text) {
    return Stream.of(text.split(" ", -1))
        .map(word -> new KeyEvent(Integer.parseInt(word.substring(0, 2)), word.endsWith("+")))
        .toList();
  }

  private static List<KeyEvent> expectedOf(List<KeyEvent> seen) {
    return Suspension.expected(SENT, seen, F5, SHIFT);
  }

  @Test
  void aModifierIsPressedAgainAndAnotherKeysReleaseComesEarly() {
    assertThat(Suspension.seen(SENT, 6))
        .isEqualTo(events("30+ 30- 63+ 42+ 31+ 31- 42- 63- 42+ 32+ 32- 50+ 50- 42- 33+ 33-"));
  }

  @Test
  void aSuspendWithinAStrokeEndsTheStroke() {
    assertThat(Suspension.seen(SENT, 7))
        .isEqualTo(events("30+ 30- 63+ 42+ 31+ 31- 32+ 32- 42- 63- 42+ 50+ 50- 42- 33+ 33-"));
    assertThat(Suspension.seen(SENT, 9))
        .isEqualTo(events("30+ 30- 63+ 42+ 31+ 31- 32+ 32- 50+ 42- 50- 63- 42+ 42- 33+ 33-"));
  }

  @Test
  void aKeyThatIsStruckAnewAfterwardsIsSeenToBe() {
    assertThat(Suspension.seen(events("30+ 30- 30+ 30-"), 1)).isEqualTo(events("30+ 30- 30+ 30-"));
    assertThat(Suspension.seen(events("30+ 31+ 31- 30- 30+ 30-"), 1))
        .isEqualTo(events("30+ 30- 31+ 31- 30+ 30-"));
  }

  @Test
  void whereverTheGuestWasSuspendedWhileTheKeysWereHeldIsFoundByWhatItSaw() {
    for (int before = 4; before <= 10; before++) {
      List<KeyEvent> seen = Suspension.seen(SENT, before);
      assertThat(expectedOf(seen)).as("before=%d", before).isEqualTo(seen);
      assertThat(Suspension.seen(SENT, before)).hasSameSizeAs(Suspension.seen(SENT, 4));
    }
  }

  @Test
  void whatIsLostDoubledOrNotPressedAgainIsNotExpected() {
    List<KeyEvent> right = Suspension.seen(SENT, 6);
    for (int i = 0; i < right.size(); i++) {
      List<KeyEvent> lost = new ArrayList<>(right);
      KeyEvent event = lost.remove(i);
      assertThat(expectedOf(lost)).as("lost %d", i).isNotEqualTo(lost);
      List<KeyEvent> doubled = new ArrayList<>(right);
      doubled.add(i, event);
      assertThat(expectedOf(doubled)).as("doubled %d", i).isNotEqualTo(doubled);
    }
    List<KeyEvent> late = new ArrayList<>(right);
    late.remove(KeyEvent.press(SHIFT)); // the viewer's own
    late.remove(KeyEvent.press(SHIFT));
    late.add(3, KeyEvent.press(SHIFT));
    late.add(10, KeyEvent.press(SHIFT)); // after a letter that it should have been before
    assertThat(late).hasSameSizeAs(right).isNotEqualTo(right);
    assertThat(expectedOf(late)).isNotEqualTo(late);
  }

  @Test
  void aGuestThatLetGoOfNothingIsNotWhatIsExpected() {
    assertThat(expectedOf(SENT)).isNotEqualTo(SENT);
    assertThat(expectedOf(List.of())).isEqualTo(Suspension.seen(SENT, 4));
  }
}
