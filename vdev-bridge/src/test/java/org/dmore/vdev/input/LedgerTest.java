package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.vdev.wire.KbdifEvent;
import org.junit.jupiter.api.Test;

class LedgerTest {
  /** Codes from here on are no modifiers. */
  private static final int FIRST_FREE_CODE = 1000;

  private final AtomicInteger relieved = new AtomicInteger();
  private final Ledger ledger = new Ledger(64, relieved::incrementAndGet);

  /** A guest with a ring of its own; what it consumes is kept in a list that all rings share. */
  private static final class FakeGuest implements EventRing {
    final List<Integer> consumed;
    final Deque<int[]> ring = new ArrayDeque<>();
    int size = 51;

    FakeGuest(List<Integer> consumed) {
      this.consumed = consumed;
    }

    @Override
    public int room() {
      return size - ring.size();
    }

    @Override
    public void put(int word0, int word1, int word2, int word3) {
      assertThat(ring.size()).isLessThan(size);
      ring.add(new int[] {word0, word1, word2, word3});
    }

    @Override
    public void publish() {}

    @Override
    public int unconsumed() {
      return ring.size();
    }

    @Override
    public OptionalInt leftBy(int finalConsumer) {
      return OptionalInt.empty(); // the ledger never asks
    }

    void consume(int count) {
      for (int i = 0; i < count && !ring.isEmpty(); i++) {
        consumed.add(ring.poll()[1]);
      }
    }
  }

  private final List<Integer> got = new ArrayList<>();
  private final FakeGuest guest = new FakeGuest(got);

  private void key(int code) {
    ledger.accept(KbdifEvent.key(true), code, 0, 0);
  }

  private void position(int x, int y) {
    ledger.accept(KbdifEvent.position(), x, y, 0);
  }

  @Test
  void keysGoStraightToTheRingWhenThereIsRoom() {
    ledger.attachFresh(guest);
    key(30);
    assertThat(guest.ring).hasSize(1);
    assertThat(ledger.published()).isEqualTo(1);
    assertThat(ledger.consumed()).isZero();
    guest.consume(1);
    assertThat(ledger.consumed()).isEqualTo(1);
  }

  @Test
  void aFullRingLeavesKeysWaitingUntilTheGuestNotifies() {
    ledger.attachFresh(guest);
    for (int i = 0; i < 60; i++) {
      key(i);
    }
    assertThat(ledger.waiting()).isEqualTo(9);
    guest.consume(51);
    ledger.ringAdvanced();
    guest.consume(51);
    assertThat(got).containsExactlyElementsOf(range(60));
  }

  @Test
  void heldKeysWaitAndLeaveInOrderOnRelease() {
    ledger.attachFresh(guest);
    key(0);
    ledger.hold();
    key(1);
    key(2);
    guest.consume(51);
    assertThat(got).containsExactly(0);
    assertThat(ledger.isDrained()).isTrue();
    ledger.release();
    guest.consume(51);
    assertThat(got).containsExactly(0, 1, 2);
  }

  @Test
  void whatTheReceiptSaysWasLeftIsSentAgainFirst() {
    ledger.attachFresh(guest);
    for (int i = 0; i < 10; i++) {
      key(i);
    }
    guest.consume(3);
    ledger.hold();
    ledger.detach();
    key(10);
    guest.consume(2); // the guest goes on with its own page while we are away
    assertThat(ledger.unsettled()).isEqualTo(7);
    ledger.settle(guest.ring.size());
    FakeGuest moved = new FakeGuest(got);
    ledger.attachFresh(moved);
    moved.consume(51);
    assertThat(got).containsExactlyElementsOf(range(11));
    assertThat(ledger.consumedBySlots()).isEqualTo(ledger.consumed()).isEqualTo(11);
  }

  @Test
  void aFreshRingIsRefusedWhileTheFateOfEventsIsUnknown() {
    ledger.attachFresh(guest);
    key(1);
    ledger.detach();
    assertThatThrownBy(() -> ledger.attachFresh(new FakeGuest(got)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unsettled events=1");
  }

  @Test
  void theSameRingSettlesItself() {
    ledger.attachFresh(guest);
    key(1);
    key(2);
    ledger.hold();
    ledger.detach();
    guest.consume(1);
    key(3);
    ledger.attachSame(guest);
    guest.consume(51);
    assertThat(got).containsExactly(1, 2, 3);
    assertThat(ledger.consumed()).isEqualTo(3);
    assertThat(ledger.consumedBySlots()).isEqualTo(3);
  }

  @Test
  void eventsOfUnknownFateAreCountedAndNotSentAgain() {
    ledger.attachFresh(guest);
    key(1);
    ledger.detach();
    ledger.abandonUnsettled();
    FakeGuest next = new FakeGuest(got);
    ledger.attachFresh(next);
    key(2);
    next.consume(51);
    assertThat(got).containsExactly(2);
    assertThat(ledger.abandoned()).isEqualTo(1);
    assertThat(ledger.consumed() - ledger.consumedBySlots()).isEqualTo(1);
  }

  @Test
  void motionThatWaitsIsMergedAndTheLastPositionCounts() {
    ledger.attachFresh(guest);
    guest.size = 0;
    position(1, 1);
    position(2, 2);
    key(30);
    position(3, 3);
    position(4, 4);
    assertThat(ledger.accepted()).isEqualTo(3);
    assertThat(ledger.merged()).isEqualTo(2);
    guest.size = 51;
    ledger.ringAdvanced();
    guest.consume(51);
    assertThat(got).containsExactly(2, 30, 4);
  }

  @Test
  void relativeMotionThatWaitsAddsUp() {
    ledger.accept(KbdifEvent.motion(), 3, -1, 0);
    ledger.accept(KbdifEvent.motion(), 4, -1, 0);
    ledger.attachFresh(guest);
    assertThat(guest.ring.poll()).containsExactly(KbdifEvent.motion(), 7, -2, 0);
  }

  @Test
  void theWheelIsNeverMerged() {
    ledger.accept(KbdifEvent.position(), 1, 1, 1);
    ledger.accept(KbdifEvent.position(), 1, 1, 1);
    position(5, 5);
    assertThat(ledger.accepted()).isEqualTo(3);
  }

  @Test
  void motionThatStoodInARingIsNotMergedAfterItCameBack() {
    ledger.attachFresh(guest);
    position(1, 1);
    ledger.hold();
    ledger.detach();
    ledger.settle(1);
    position(2, 2);
    assertThat(ledger.accepted()).isEqualTo(2);
  }

  @Test
  void congestionIsToldAndRelievedOnce() {
    for (int i = 0; i < 64; i++) {
      assertThat(ledger.isCongested()).isFalse();
      key(i);
    }
    assertThat(ledger.isCongested()).isTrue();
    ledger.attachFresh(guest);
    assertThat(relieved).hasValue(1);
    assertThat(ledger.isCongested()).isFalse();
  }

  @Test
  void aFeederThatNeverStopsIsStoppedBeforeAnythingIsOverwritten() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= ledger.capacity(); i++) {
                key(i);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ledger is full");
    assertThat(ledger.accepted()).isEqualTo(ledger.capacity());
  }

  @Test
  void acceptingAndPublishingAllocatesNothing() {
    EventRing endless =
        new EventRing() {
          @Override
          public int room() {
            return 51;
          }

          @Override
          public void put(int word0, int word1, int word2, int word3) {}

          @Override
          public void publish() {}

          @Override
          public int unconsumed() {
            return 0;
          }

          @Override
          public OptionalInt leftBy(int finalConsumer) {
            return OptionalInt.empty();
          }
        };
    ledger.attachFresh(endless);
    for (int i = 0; i < 20_000; i++) {
      key(i & 0xff);
    }
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      key(i & 0xff);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as("bytes for 100,000 keys").isLessThan(10_000);
  }

  /** Random guests, moves, aborted moves, holds: always exactly what was accepted, in order. */
  @Test
  void whateverHappensEveryKeyIsConsumedOnceInOrder() {
    for (long seed = 1; seed <= 200; seed++) {
      runRandomly(new Random(seed), "seed=" + seed);
    }
  }

  private static void runRandomly(Random random, String seed) {
    Ledger ledger = new Ledger(64, () -> {});
    List<Integer> got = new ArrayList<>();
    FakeGuest guest = new FakeGuest(got);
    ledger.attachFresh(guest);
    int sent = 0;
    for (int step = 0; step < 2_000; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          for (int n = random.nextInt(8); n > 0 && !ledger.isCongested(); n--) {
            ledger.accept(KbdifEvent.key(true), FIRST_FREE_CODE + sent++, 0, 0);
          }
        }
        case 4, 5 -> {
          guest.consume(random.nextInt(60));
          ledger.ringAdvanced();
        }
        case 6 -> guest.consume(random.nextInt(10)); // and no notification
        case 7 -> ledger.hold();
        case 8 -> ledger.release();
        default -> {
          ledger.hold();
          ledger.detach();
          guest.consume(random.nextInt(60));
          for (int n = random.nextInt(8); n > 0; n--) {
            ledger.accept(KbdifEvent.key(true), FIRST_FREE_CODE + sent++, 0, 0);
          }
          if (random.nextBoolean()) {
            ledger.attachSame(guest);
          } else {
            ledger.settle(guest.ring.size());
            guest = new FakeGuest(got);
            ledger.attachFresh(guest);
          }
        }
      }
    }
    ledger.release();
    while (ledger.consumed() != ledger.accepted()) {
      guest.consume(51);
      ledger.ringAdvanced();
    }
    assertThat(got.stream().map(code -> code - FIRST_FREE_CODE))
        .as(seed)
        .containsExactlyElementsOf(range(sent));
    assertThat(ledger.consumedBySlots()).as(seed).isEqualTo(sent);
    assertThat(ledger.fingerprint().count()).as(seed).isEqualTo(sent);
  }

  private static List<Integer> range(int end) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
