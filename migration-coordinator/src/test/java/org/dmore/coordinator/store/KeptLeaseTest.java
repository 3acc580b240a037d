package org.dmore.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a lease is held, on a clock that stands still unless it is told. */
class KeptLeaseTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  /** A fifth of it is the margin. */
  private static final Duration HELD = Duration.ofMillis(800);

  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger signs = new AtomicInteger();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void shutDown() {
    timer.shutdownNow();
  }

  @FunctionalInterface
  private interface Renewal {
    boolean renew() throws StoreException;
  }

  private KeptLease keep(Renewal renewal) {
    return keep(renewal, Duration.ZERO);
  }

  private KeptLease keep(Renewal renewal, Duration age) {
    KeptLease.Signal signal =
        new KeptLease.Signal() {
          @Override
          public boolean renew(Duration limit) throws StoreException {
            try {
              return renewal.renew();
            } finally {
              signs.incrementAndGet();
            }
          }

          @Override
          public void revoke() {}
        };
    return KeptLease.keep(
        1, TTL, clock.get() - age.toNanos(), signal, losses::incrementAndGet, clock::get, timer);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static StoreException silence() {
    return new StoreUnavailableException("silent, as the test wants it", null);
  }

  @Test
  void theMarginIsNotHeld() {
    KeptLease lease =
        keep(
            () -> {
              throw silence();
            });
    assertThat(lease.remaining()).isEqualTo(HELD);
    pass(HELD.minusMillis(1));
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(1));
    pass(Duration.ofMillis(1));
    assertThat(lease.isHeld()).isFalse();
    await().untilAsserted(() -> assertThat(losses).hasValue(1));
    lease.close();
    assertThat(losses).hasValue(1);
  }

  @Test
  void timeCountsFromBeforeTheSignWasSent() {
    KeptLease lease =
        keep(
            () -> {
              if (signs.get() > 0) {
                throw silence();
              }
              pass(Duration.ofMillis(300)); // it is under way
              return true;
            },
            Duration.ofMillis(100));
    assertThat(lease.remaining()).isEqualTo(HELD.minusMillis(100));
    await().untilAsserted(() -> assertThat(lease.remaining()).isEqualTo(HELD.minusMillis(300)));
    lease.close();
  }

  @Test
  void anAnswerThatComesTooLateDoesNotReviveIt() {
    CountDownLatch answered = new CountDownLatch(1);
    KeptLease lease =
        keep(
            () -> {
              pass(HELD);
              answered.countDown();
              return true;
            });
    await().untilAsserted(() -> assertThat(answered.getCount()).isZero());
    await().untilAsserted(() -> assertThat(losses).hasValue(1));
    assertThat(lease.isHeld()).isFalse();
    assertThat(signs).as("nobody keeps alive what is lost").hasValue(1);
  }

  @Test
  void whatTheStoreHasNoMoreIsLostAtOnce() {
    KeptLease lease = keep(() -> false);
    await().untilAsserted(() -> assertThat(losses).hasValue(1));
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isZero();
  }

  @Test
  void aFailedSignIsTriedAgain() {
    KeptLease lease =
        keep(
            () -> {
              if (signs.get() < 3) {
                throw silence();
              }
              return true;
            });
    pass(Duration.ofMillis(500));
    await()
        .untilAsserted(
            () -> {
              assertThat(signs).hasValueGreaterThanOrEqualTo(4);
              assertThat(lease.remaining()).isEqualTo(HELD);
            });
    assertThat(losses).hasValue(0);
    lease.close();
  }

  @Test
  void aClosedOneIsNotLost() {
    KeptLease lease = keep(() -> true);
    lease.close();
    assertThat(lease.isHeld()).isFalse();
    pass(TTL);
    assertThat(lease.isHeld()).isFalse();
    assertThat(losses).hasValue(0);
  }

  @Test
  void itsTimeIsInWholeSeconds() {
    assertThat(KeptLease.checkTtl(Duration.ofMillis(1_001))).isEqualTo(Duration.ofSeconds(2));
    assertThat(KeptLease.checkTtl(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThatThrownBy(() -> KeptLease.checkTtl(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
