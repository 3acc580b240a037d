package org.dmore.coordinator.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.Transaction;
import org.junit.jupiter.api.Test;

/** {@link Leadership} on a store. */
public abstract class LeadershipContract extends StoreContract {
  private static final String ROLE = "migration/1";
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private Leadership lead(StateStore store, String holder, Duration ttl) throws StoreException {
    return Leadership.tryToLead(store, ROLE, holder, ttl, () -> {}).orElseThrow();
  }

  private static Transaction write(String value) {
    return Transaction.builder().put("/t/a", value).build();
  }

  @Test
  void oneHasARoleUntilItGivesItUp() throws Exception {
    StateStore other = rig().open();
    Leadership first = lead(store(), "alpha", LONG);
    assertThat(first.isHeld()).isTrue();
    assertThat(Leadership.holder(other, ROLE)).contains("alpha");
    assertThat(Leadership.tryToLead(other, ROLE, "beta", LONG, () -> {})).isEmpty();
    assertThat(Leadership.tryToLead(other, "migration/2", "beta", LONG, () -> {})).isPresent();
    first.close();
    assertThat(first.isHeld()).isFalse();
    assertThat(Leadership.holder(other, ROLE)).isEmpty();
    Leadership second = lead(other, "beta", LONG);
    assertThat(second.fence().createRevision()).isGreaterThan(first.fence().createRevision());
  }

  @Test
  void whoWaitsForARoleGetsItWhenItsHolderGoes() throws Exception {
    StateStore other = rig().open();
    Leadership first = lead(store(), "alpha", LONG);
    assertThatThrownBy(
            () -> Leadership.lead(other, ROLE, "beta", LONG, () -> {}, Duration.ofMillis(100)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("alpha");
    CompletableFuture<Leadership> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Leadership.lead(other, ROLE, "beta", LONG, () -> {}, LONG);
              } catch (StoreException | InterruptedException | TimeoutException e) {
                throw new IllegalStateException(e);
              }
            });
    await().during(Duration.ofMillis(100)).until(() -> !waiting.isDone());
    first.close();
    assertThat(waiting.get(10, TimeUnit.SECONDS).isHeld()).isTrue();
    assertThat(Leadership.holder(store(), ROLE)).contains("beta");
  }

  @Test
  void whatADeposedLeaderWritesLateIsRefused() throws Exception {
    StateStore other = rig().open();
    Leadership first = lead(store(), "alpha", LONG);
    assertThat(first.commit(write("by alpha")).isCommitted()).isTrue();
    // As a leader that was stopped in the middle of a write: it still thinks that it leads.
    commit(other, Transaction.builder().delete(first.fence().key()));
    Leadership second = lead(other, "beta", LONG);
    assertThat(second.commit(write("by beta")).isCommitted()).isTrue();
    assertThat(first.isHeld()).isTrue();
    assertThatThrownBy(() -> first.commit(write("late")))
        .isInstanceOf(DeposedException.class)
        .hasMessageContaining("beta");
    assertThat(store().get("/t/a").orElseThrow().value()).isEqualTo("by beta");
    second.close();
    assertThatThrownBy(() -> first.commit(write("late")))
        .isInstanceOf(DeposedException.class)
        .hasMessageContaining("nobody");
    assertThat(store().get("/t/a").orElseThrow().value()).isEqualTo("by beta");
  }

  @Test
  void aLeadersOwnConditionsAreNotMistakenForItsDeposition() throws Exception {
    Leadership leader = lead(store(), "alpha", LONG);
    put(store(), "/t/a", "1");
    CommitResult result =
        leader.commit(Transaction.builder().whenAbsent("/t/a").put("/t/a", "2").build());
    assertThat(((CommitResult.Conflict) result).entry("/t/a").map(StoreEntry::value)).contains("1");
    assertThat(leader.isHeld()).isTrue();
  }

  @Test
  void aLeaderThatCannotReachTheStoreStopsBeforeAnotherStarts() throws Exception {
    StateStore other = rig().open();
    AtomicInteger losses = new AtomicInteger();
    Leadership first =
        Leadership.tryToLead(store(), ROLE, "alpha", SECOND, losses::incrementAndGet).orElseThrow();
    rig().stall();
    try {
      await().untilAsserted(() -> assertThat(losses).hasValue(1));
      assertThat(first.isHeld()).isFalse();
      assertThatThrownBy(() -> first.commit(write("late"))).isInstanceOf(DeposedException.class);
    } finally {
      rig().resume();
    }
    try (Leadership second =
        Leadership.lead(other, ROLE, "beta", SECOND, () -> {}, Duration.ofSeconds(20))) {
      assertThat(second.isHeld()).isTrue();
      assertThat(first.isHeld()).isFalse();
    }
    assertThat(losses).hasValue(1);
    assertThat(store().get("/t/a")).isEmpty();
  }

  @Test
  void thereAreNeverTwoLeadersHoweverTheyComeAndGo() throws Exception {
    int contenders = 4;
    int terms = 5;
    AtomicInteger leading = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(contenders);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < contenders; i++) {
        String holder = "host-" + i;
        StateStore own = i % 2 == 0 ? store() : rig().open();
        all.add(
            threads.submit(
                () -> {
                  for (int term = 0; term < terms; term++) {
                    Leadership leadership =
                        Leadership.lead(own, ROLE, holder, LONG, () -> {}, LONG);
                    most.accumulateAndGet(leading.incrementAndGet(), Math::max);
                    String before = own.get("/t/terms").map(StoreEntry::value).orElse("");
                    CommitResult done =
                        leadership.commit(
                            Transaction.builder().put("/t/terms", before + "x").build());
                    assertThat(done.isCommitted()).isTrue();
                    leading.decrementAndGet();
                    leadership.close();
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most).hasValue(1);
    assertThat(store().get("/t/terms").orElseThrow().value()).hasSize(contenders * terms);
  }

  @Test
  void workUnderARoleIsInterruptedWhenTheRoleIsLost() throws Exception {
    Leadership leader = lead(store(), "alpha", SECOND);
    CountDownLatch never = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                leader.whileHeld(
                    () -> {
                      rig().endLease(leader.lease().id());
                      never.await();
                      return "done";
                    }))
        .isInstanceOf(DeposedException.class)
        .hasMessageContaining(ROLE);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThatThrownBy(() -> leader.whileHeld(() -> "not begun"))
        .isInstanceOf(DeposedException.class);
  }

  @Test
  void workUnderARoleReturnsWhatItReturnsAndThrowsWhatItThrows() throws Exception {
    Leadership leader = lead(store(), "alpha", LONG);
    assertThat(leader.whileHeld(() -> "done")).isEqualTo("done");
    assertThatThrownBy(
            () ->
                leader.whileHeld(
                    () -> {
                      throw new IOException("its own");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("its own");
    assertThat(leader.isHeld()).isTrue();
  }

  @Test
  void entriesBoundToALeaderGoWithIt() throws Exception {
    Leadership leader = lead(store(), "alpha", LONG);
    leader.commit(Transaction.builder().put("/t/alive", "1", leader.lease()).build());
    assertThat(store().get("/t/alive")).isPresent();
    leader.close();
    assertThat(store().list("/").entries()).isEmpty();
    assertThat(leader.remaining()).isZero();
  }
}
