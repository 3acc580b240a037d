package org.dmore.benchmarks.lab.typing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final List<String> SENT = List.of("a", "b", "c", "d", "e", "a", "b");

  private static void assertDelivery(
      List<String> seen, int lost, int doubled, int moved, int foreign) {
    Delivery delivery = Delivery.of(SENT, seen);
    assertThat(List.of(delivery.lost(), delivery.doubled(), delivery.moved(), delivery.foreign()))
        .as("%s", delivery)
        .containsExactly(lost, doubled, moved, foreign);
    assertThat(delivery.isExact()).isFalse();
    assertThat(delivery.sent()).isEqualTo(SENT.size());
    assertThat(delivery.seen()).isEqualTo(seen.size());
  }

  @Test
  void theSameSequenceIsExact() {
    Delivery delivery = Delivery.of(SENT, new ArrayList<>(SENT));
    assertThat(delivery).isEqualTo(new Delivery(7, 7, 0, 0, 0, 0, delivery.firstDifference()));
    assertThat(delivery.isExact()).isTrue();
    assertThat(Delivery.of(List.of(), List.of()).isExact()).isTrue();
  }

  @Test
  void aMissingEventIsLost() {
    assertDelivery(List.of("a", "b", "d", "e", "a", "b"), 1, 0, 0, 0);
    assertDelivery(List.of("a", "b", "c", "d", "e", "a"), 1, 0, 0, 0);
    assertDelivery(List.of(), 7, 0, 0, 0);
  }

  @Test
  void anEventThatComesTwiceIsDoubled() {
    assertDelivery(List.of("a", "a", "b", "c", "d", "e", "a", "b"), 0, 1, 0, 0);
    assertDelivery(List.of("a", "b", "c", "d", "e", "a", "b", "b"), 0, 1, 0, 0);
    assertDelivery(List.of("a", "b", "c", "b", "c", "d", "e", "a", "b"), 0, 2, 0, 0);
  }

  @Test
  void twoEventsThatChangedPlacesAreMovedAndNotLost() {
    assertDelivery(List.of("a", "c", "b", "d", "e", "a", "b"), 0, 0, 1, 0);
    assertDelivery(List.of("b", "c", "d", "e", "a", "b", "a"), 0, 0, 1, 0);
  }

  @Test
  void anEventThatNobodySentIsForeign() {
    assertDelivery(List.of("a", "b", "c", "x", "d", "e", "a", "b"), 0, 0, 0, 1);
  }

  @Test
  void aLossAndADoubleDoNotMakeUpForEachOther() {
    assertDelivery(List.of("a", "b", "b", "d", "e", "a", "b"), 1, 1, 0, 0);
  }

  @Test
  void theFirstDifferenceIsShownWithWhatIsAroundIt() {
    assertThat(Delivery.of(SENT, List.of("a", "b", "d", "e", "a", "b")).firstDifference())
        .contains("at event 2: sent [a, b] then [c, d, e, a, b], seen [a, b] then [d, e, a, b]");
  }

  @Test
  void whatDiffersTooLongIsNotTakenForTheSame() {
    List<Integer> sent = IntStream.range(0, 20_000).boxed().toList();
    List<Integer> seen = IntStream.range(0, 20_000).map(i -> 20_000 - i).boxed().toList();
    assertThatThrownBy(() -> Delivery.of(sent, seen))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stretches of 20000 and 20000");
  }

  @RepeatedTest(50)
  void lossesAndDoublesAtRandomAreCounted(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    // All events differ, so that what was done to them is what must be found.
    List<Integer> sent = IntStream.range(0, 500).boxed().toList();
    List<Integer> seen = new ArrayList<>();
    int lost = 0;
    int doubled = 0;
    for (Integer event : sent) {
      int fate = random.nextInt(20);
      if (fate == 0) {
        lost++;
        continue;
      }
      seen.add(event);
      if (fate == 1) {
        doubled++;
        seen.add(event);
      }
    }
    Delivery delivery = Delivery.of(sent, seen);
    assertThat(delivery.lost()).isEqualTo(lost);
    assertThat(delivery.doubled()).isEqualTo(doubled);
    assertThat(delivery.moved()).isZero();
    assertThat(delivery.foreign()).isZero();
  }
}
