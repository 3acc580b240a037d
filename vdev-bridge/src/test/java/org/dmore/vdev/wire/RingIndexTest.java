package org.dmore.vdev.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RingIndexTest {

  @Test
  void ringsHaveTheSizesOfTheHeaders() {
    assertThat(KbdifPage.IN_RING_LENGTH).isEqualTo(51);
    assertThat(KbdifPage.OUT_RING_OFFSET).isEqualTo(3072);
    assertThat(FbifPage.OUT_RING_LENGTH).isEqualTo(51);
    assertThat(FbifPage.IN_RING_LENGTH).isEqualTo(25);
    assertThat(FbifPage.OUT_RING_OFFSET).isEqualTo(2048);
    assertThat(FbifPage.PAGE_DIRECTORIES_64).isEqualTo(123);
    assertThat(KbdifPage.inSlot(50) + KbdifEvent.SIZE)
        .isLessThanOrEqualTo(KbdifPage.OUT_RING_OFFSET);
  }

  @Test
  void indicesAreValidUpToARingsLengthApartAlsoAcrossTheWrap() {
    assertThat(KbdifPage.inIndicesValid(51, 0)).isTrue();
    assertThat(KbdifPage.inIndicesValid(52, 0)).isFalse();
    assertThat(KbdifPage.inIndicesValid(0, 1)).isFalse();
    assertThat(KbdifPage.inIndicesValid(10, -41)).isTrue();
    assertThat(KbdifPage.inIndicesValid(11, -41)).isFalse();
    assertThat(FbifPage.outIndicesValid(-1, 0)).isFalse();
  }

  @Test
  void noTwoOutstandingIndicesEverShareASlotAroundTheWrap() {
    for (int consumer = -120; consumer <= 120; consumer++) {
      Set<Integer> slots = new HashSet<>();
      int producer = consumer;
      while (KbdifPage.inRoom(producer, consumer) > 0) {
        assertThat(slots.add(KbdifPage.inSlot(producer)))
            .as("consumer=%d producer=%d", consumer, producer)
            .isTrue();
        producer++;
      }
      assertThat(slots).isNotEmpty();
    }
  }

  @Test
  void aProducerAlwaysGetsPastTheWrapOnceTheConsumerFollows() {
    int consumer = -3;
    int producer = -3;
    for (int n = 0; n < 200; n++) {
      int room = KbdifPage.inRoom(producer, consumer);
      assertThat(room).isPositive();
      producer += room;
      assertThat(KbdifPage.inIndicesValid(producer, consumer)).isTrue();
      consumer = producer;
    }
    assertThat(producer).isGreaterThan(100);
  }
}
