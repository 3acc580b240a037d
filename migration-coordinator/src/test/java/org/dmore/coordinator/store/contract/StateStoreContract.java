package org.dmore.coordinator.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Condition;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.Snapshot;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreEvent;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;
import org.junit.jupiter.api.Test;

/** {@link StateStore}. */
public abstract class StateStoreContract extends StoreContract {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Transaction.Builder transaction() {
    return Transaction.builder();
  }

  private static void ignore() {}

  @Test
  void anEmptyStoreHasARevisionAndNothingElse() throws Exception {
    assertThat(store().get("/t/a")).isEmpty();
    Snapshot snapshot = store().list("/");
    assertThat(snapshot.entries()).isEmpty();
    assertThat(snapshot.revision()).isPositive();
  }

  @Test
  void versionsCountFromOneSinceAKeyWasMade() throws Exception {
    long made = put(store(), "/t/a", "1");
    assertThat(store().get("/t/a"))
        .contains(new StoreEntry("/t/a", "1", made, made, 1, OptionalLong.empty()));
    long written = put(store(), "/t/a", "2");
    assertThat(written).isEqualTo(made + 1);
    assertThat(store().get("/t/a"))
        .contains(new StoreEntry("/t/a", "2", made, written, 2, OptionalLong.empty()));
    commit(store(), transaction().delete("/t/a"));
    assertThat(store().get("/t/a")).isEmpty();
    long again = put(store(), "/t/a", "3");
    assertThat(again).isEqualTo(made + 3);
    assertThat(store().get("/t/a"))
        .contains(new StoreEntry("/t/a", "3", again, again, 1, OptionalLong.empty()));
  }

  @Test
  void whatOneWritesAllRead() throws Exception {
    StateStore other = rig().open();
    long revision = put(store(), "/t/a", "1");
    assertThat(other.get("/t/a").orElseThrow().value()).isEqualTo("1");
    assertThat(put(other, "/t/a", "2")).isEqualTo(revision + 1);
    assertThat(store().get("/t/a").orElseThrow().value()).isEqualTo("2");
  }

  @Test
  void anyTextIsKeptAsItIs() throws Exception {
    for (String value : List.of("", "grüße \ud83d\udda5", "a\u0000b", "\n", "{\"a\":1}")) {
      put(store(), "/t/a", value);
      assertThat(store().get("/t/a").orElseThrow().value()).isEqualTo(value);
      assertThat(store().list("/t/").entries().get(0).value()).isEqualTo(value);
    }
  }

  @Test
  void theLongestValueIsKeptAndALongerOneRefused() throws Exception {
    String longest = "ü".repeat(StateStore.MAX_VALUE_BYTES / 2);
    put(store(), "/t/a", longest);
    assertThat(store().get("/t/a").orElseThrow().value()).isEqualTo(longest);
    assertThatThrownBy(() -> put(store(), "/t/a", longest + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/t/a")
        .hasMessageContaining("262144");
  }

  @Test
  void theLargestTransactionIsCarriedOut() throws Exception {
    Transaction.Builder large = transaction();
    String value = "x".repeat(Transaction.MAX_BYTES / Transaction.MAX_PARTS);
    for (int i = 0; i < Transaction.MAX_PARTS; i++) {
      large.whenAbsent("/t/" + i).put("/t/" + i, value);
    }
    long revision = commit(store(), large);
    assertThat(store().list("/t/").entries())
        .hasSize(Transaction.MAX_PARTS)
        .allMatch(entry -> entry.createRevision() == revision);
    assertThat(((CommitResult.Conflict) store().commit(large.build())).current())
        .hasSize(Transaction.MAX_PARTS);
  }

  @Test
  void aListIsSortedAndStopsAtTheSlash() throws Exception {
    for (String key : List.of("/t/b", "/t/a/2", "/t/ab", "/t/a/10", "/t/a", "/t/a/%2F", "/u")) {
      put(store(), key, key);
    }
    long revision = put(store(), "/t/a/1", "last");
    assertThat(store().list("/t/a/"))
        .satisfies(snapshot -> assertThat(snapshot.revision()).isEqualTo(revision))
        .satisfies(
            snapshot ->
                assertThat(snapshot.entries())
                    .extracting(StoreEntry::key)
                    .containsExactly("/t/a/%2F", "/t/a/1", "/t/a/10", "/t/a/2"));
    assertThat(store().list("/").entries()).hasSize(8);
  }

  @Test
  void aListIsOfOneMomentHoweverLongItIs() throws Exception {
    int keys = 240;
    write(keys, "0");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int round = 1; round <= 4; round++) {
                  write(keys, Integer.toString(round));
                }
              } catch (StoreException e) {
                throw new IllegalStateException(e);
              }
            });
    do {
      // The first group of a round is always as far as the last one, or one round ahead.
      List<StoreEntry> entries = store().list("/t/").entries();
      assertThat(entries).hasSize(keys);
      List<Long> revisions =
          entries.stream().map(StoreEntry::modRevision).distinct().sorted().toList();
      assertThat(revisions).hasSizeLessThanOrEqualTo(3);
      assertThat(revisions.get(revisions.size() - 1) - revisions.get(0)).isLessThanOrEqualTo(2);
    } while (!writing.isDone());
    writing.get(1, TimeUnit.SECONDS);
  }

  /** Writes keys in three transactions, one after another. */
  private void write(int keys, String value) throws StoreException {
    for (int group = 0; group < 3; group++) {
      Transaction.Builder part = transaction();
      for (int i = group; i < keys; i += 3) {
        part.put("/t/" + i, value);
      }
      commit(store(), part);
    }
  }

  @Test
  void eachConditionHoldsWhenItShould() throws Exception {
    long made = put(store(), "/t/a", "1");
    long written = put(store(), "/t/a", "2");
    assertHolds(new Condition.Exists("/t/a"), true);
    assertHolds(new Condition.Exists("/t/b"), false);
    assertHolds(new Condition.Absent("/t/a"), false);
    assertHolds(new Condition.Absent("/t/b"), true);
    assertHolds(new Condition.VersionIs("/t/a", 2), true);
    assertHolds(new Condition.VersionIs("/t/a", 1), false);
    assertHolds(new Condition.VersionIs("/t/b", 1), false);
    assertHolds(new Condition.ModRevisionIs("/t/a", written), true);
    assertHolds(new Condition.ModRevisionIs("/t/a", made), false);
    assertHolds(new Condition.ModRevisionIs("/t/b", made), false);
    assertHolds(new Condition.CreateRevisionIs("/t/a", made), true);
    assertHolds(new Condition.CreateRevisionIs("/t/a", written), false);
    assertHolds(new Condition.CreateRevisionIs("/t/b", made), false);
  }

  private void assertHolds(Condition condition, boolean expected) throws StoreException {
    CommitResult result =
        store().commit(transaction().when(condition).put("/t/done", "" + condition).build());
    assertThat(result.isCommitted()).as("%s", condition).isEqualTo(expected);
    assertThat(store().get("/t/done").map(StoreEntry::value).equals(Optional.of("" + condition)))
        .as("%s", condition)
        .isEqualTo(expected);
  }

  @Test
  void oneFailedConditionLeavesEverythingAndShowsWhatIsThere() throws Exception {
    put(store(), "/t/b", "b");
    put(store(), "/t/a", "a");
    Snapshot before = store().list("/");
    CommitResult result =
        store()
            .commit(
                transaction()
                    .when(new Condition.Exists("/t/b"))
                    .when(new Condition.VersionIs("/t/a", 7))
                    .whenAbsent("/t/c")
                    .put("/t/b", "x")
                    .put("/t/c", "x")
                    .delete("/t/a")
                    .build());
    assertThat(result).isEqualTo(new CommitResult.Conflict(before.revision(), before.entries()));
    assertThat(((CommitResult.Conflict) result).entry("/t/a").orElseThrow().value()).isEqualTo("a");
    assertThat(((CommitResult.Conflict) result).entry("/t/c")).isEmpty();
    assertThat(store().list("/")).isEqualTo(before);
  }

  @Test
  void aTransactionIsOneRevisionAndOneThatChangesNothingIsNone() throws Exception {
    long first = put(store(), "/t/gone", "");
    long revision =
        commit(store(), transaction().put("/t/a", "1").put("/t/b", "1").delete("/t/gone"));
    assertThat(revision).isEqualTo(first + 1);
    assertThat(store().list("/t/").entries())
        .extracting(StoreEntry::createRevision)
        .containsExactly(revision, revision);
    assertThat(commit(store(), transaction().delete("/t/gone").deletePrefix("/t/x/")))
        .isEqualTo(revision);
    assertThat(commit(store(), transaction().when(new Condition.Exists("/t/a"))))
        .isEqualTo(revision);
    assertThat(store().list("/t/").revision()).isEqualTo(revision);
  }

  @Test
  void aPrefixIsDeletedUpToTheSlash() throws Exception {
    for (String key : List.of("/t/a", "/t/a/1", "/t/a/b/2", "/t/a0", "/t/a-1")) {
      put(store(), key, "");
    }
    commit(store(), transaction().deletePrefix("/t/a/").put("/t/new", ""));
    assertThat(store().list("/t/").entries())
        .extracting(StoreEntry::key)
        .containsExactly("/t/a", "/t/a-1", "/t/a0", "/t/new");
  }

  @Test
  void noIncrementIsLostAmongManyWriters() throws Exception {
    int writers = 6;
    int increments = 20;
    StateStore[] stores = {store(), rig().open()};
    put(store(), "/t/n", "0");
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    AtomicInteger conflicts = new AtomicInteger();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        StateStore own = stores[i % stores.length];
        all.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < increments; n++) {
                    while (!increment(own)) {
                      conflicts.incrementAndGet();
                    }
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
    StoreEntry entry = store().get("/t/n").orElseThrow();
    assertThat(entry.value()).isEqualTo(Integer.toString(writers * increments));
    assertThat(entry.version()).isEqualTo(1L + (long) writers * increments);
    assertThat(conflicts).as("otherwise it was no contest").hasPositiveValue();
  }

  private static boolean increment(StateStore store) throws StoreException {
    StoreEntry entry = store.get("/t/n").orElseThrow();
    String next = Integer.toString(Integer.parseInt(entry.value()) + 1);
    return store.commit(transaction().whenUnchanged(entry).put("/t/n", next).build()).isCommitted();
  }

  @Test
  void aWatchDeliversWhatWasAndWhatComesWholeTransactionsInOrder() throws Exception {
    StateStore other = rig().open();
    put(store(), "/t/w/a", "before");
    long from = put(store(), "/t/w/a", "1");
    put(store(), "/t/elsewhere", "1");
    RecordingListener listener = new RecordingListener();
    try (Watch watch = other.watch("/t/w/", from, listener)) {
      assertThat(watch).isNotNull();
      await().untilAsserted(() -> assertThat(listener.words()).containsExactly("/t/w/a=1"));
      put(store(), "/t/w", "not below");
      long both = commit(store(), transaction().put("/t/w/b", "2").delete("/t/w/a"));
      long last = commit(other, transaction().deletePrefix("/t/w/").put("/t/x", "3"));
      await()
          .untilAsserted(() -> assertThat(listener.revisions()).containsExactly(from, both, last));
      assertThat(listener.words()).containsExactly("/t/w/a=1", "/t/w/b=2", "-/t/w/a", "-/t/w/b");
      assertThat(listener.events().get(1))
          .isEqualTo(
              new StoreEvent.Written(
                  new StoreEntry("/t/w/b", "2", both, both, 1, OptionalLong.empty())));
      assertThat(listener.losses()).isEmpty();
    }
  }

  @Test
  void aWatchMayBeginInTheFuture() throws Exception {
    long now = put(store(), "/t/a", "0");
    RecordingListener listener = new RecordingListener();
    store().watch("/t/", now + 2, listener);
    put(store(), "/t/a", "1");
    put(store(), "/t/a", "2");
    put(store(), "/t/a", "3");
    await().untilAsserted(() -> assertThat(listener.words()).hasSize(2));
    assertThat(listener.words()).containsExactly("/t/a=2", "/t/a=3");
  }

  @Test
  void aWatchSeesEachOfManyChangesOnceThroughARestart() throws Exception {
    int changes = 150;
    StateStore other = rig().open();
    long from = other.list("/t/").revision() + 1;
    RecordingListener listener = new RecordingListener();
    other.watch("/t/", from, listener);
    for (int i = 0; i < changes; i++) {
      if (i == changes / 2) {
        rig().restart();
      }
      putThrough("/t/n", Integer.toString(i));
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(listener.events()).hasSizeGreaterThanOrEqualTo(changes));
    assertThat(listener.words())
        .containsExactlyElementsOf(IntStream.range(0, changes).mapToObj(i -> "/t/n=" + i).toList());
    assertThat(listener.losses()).isEmpty();
  }

  /** Writes a value that is not there yet, however often the store does not answer. */
  private void putThrough(String key, String value) throws Exception {
    while (true) {
      try {
        if (store().get(key).map(StoreEntry::value).equals(Optional.of(value))) {
          return;
        }
        put(store(), key, value);
        return;
      } catch (OutcomeUnknownException | StoreUnavailableException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aWatchThatIsTooFarBehindIsToldToListAgain() throws Exception {
    long old = put(store(), "/t/a", "1");
    put(store(), "/t/a", "2");
    rig().forgetHistory();
    RecordingListener behind = new RecordingListener();
    store().watch("/t/", old, behind);
    await().untilAsserted(() -> assertThat(behind.losses()).hasSize(1));
    assertThat(behind.events()).isEmpty();
    Snapshot snapshot = store().list("/t/");
    RecordingListener again = new RecordingListener();
    store().watch("/t/", snapshot.revision() + 1, again);
    put(store(), "/t/a", "3");
    await().untilAsserted(() -> assertThat(again.words()).containsExactly("/t/a=3"));
    assertThat(behind.events()).isEmpty();
    assertThat(behind.losses()).hasSize(1);
  }

  @Test
  void aClosedWatchIsSilent() throws Exception {
    RecordingListener closed = new RecordingListener();
    RecordingListener open = new RecordingListener();
    long from = put(store(), "/t/a", "1");
    Watch watch = store().watch("/t/", from, closed);
    store().watch("/t/", from, open);
    await().untilAsserted(() -> assertThat(closed.events()).hasSize(1));
    watch.close();
    watch.close();
    put(store(), "/t/a", "2");
    await().untilAsserted(() -> assertThat(open.events()).hasSize(2));
    assertThat(closed.events()).hasSize(1);
    assertThat(closed.losses()).isEmpty();
  }

  @Test
  void aListenerMayTakeItsTimeFailAndCallTheStore() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    CountDownLatch released = new CountDownLatch(1);
    WatchListener slow =
        new WatchListener() {
          @Override
          public void changed(long revision, List<StoreEvent> events) {
            try {
              released.await();
              seen.add(store().get("/t/a").orElseThrow().value());
            } catch (StoreException | InterruptedException e) {
              seen.add(e.toString());
            }
            if (seen.size() == 10) {
              throw new IllegalArgumentException("the listener's own fault, and meant");
            }
          }

          @Override
          public void lost(String why) {
            seen.add(why);
          }
        };
    long from = put(store(), "/t/a", "0");
    store().watch("/t/", from, slow);
    for (int i = 1; i < 30; i++) {
      put(store(), "/t/a", Integer.toString(i));
    }
    released.countDown();
    await().untilAsserted(() -> assertThat(seen).hasSize(30));
    assertThat(seen).containsOnly("29");
  }

  @Test
  void entriesGoWithTheirLeaseAndOthersStay() throws Exception {
    StateStore other = rig().open();
    Lease lease = store().grantLease(SECOND, StateStoreContract::ignore);
    commit(
        store(),
        transaction().put("/t/bound", "1", lease).put("/t/freed", "1", lease).put("/t/free", "1"));
    assertThat(other.get("/t/bound").orElseThrow().lease()).hasValue(lease.id());
    long from = put(store(), "/t/freed", "2") + 1;
    assertThat(other.get("/t/freed").orElseThrow().lease()).isEmpty();
    RecordingListener listener = new RecordingListener();
    other.watch("/t/", from, listener);
    lease.close();
    assertThat(lease.isHeld()).isFalse();
    assertThat(other.get("/t/bound")).as("until its time is over").isPresent();
    await().untilAsserted(() -> assertThat(listener.words()).containsExactly("-/t/bound"));
    assertThat(other.list("/t/").entries())
        .extracting(StoreEntry::key)
        .containsExactly("/t/free", "/t/freed");
    assertThatThrownBy(() -> commit(store(), transaction().put("/t/late", "1", lease)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("lease");
    assertThat(store().get("/t/late")).isEmpty();
  }

  @Test
  void aLeaseIsKeptAliveBeyondItsTime() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    Lease lease = store().grantLease(SECOND, losses::incrementAndGet);
    assertThat(lease.ttl()).isEqualTo(SECOND);
    commit(store(), transaction().put("/t/bound", "1", lease));
    long from = store().list("/t/").revision() + 1;
    RecordingListener listener = new RecordingListener();
    store().watch("/t/", from, listener);
    await()
        .during(Duration.ofMillis(1_200))
        .atMost(Duration.ofSeconds(10))
        .until(() -> lease.isHeld() && lease.remaining().compareTo(SECOND) < 0);
    assertThat(store().get("/t/bound")).isPresent();
    assertThat(listener.events()).isEmpty();
    assertThat(losses).hasValue(0);
  }

  @Test
  void aRevokedLeaseEndsAtOnceAndIsNotLost() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    Lease lease = store().grantLease(Duration.ofSeconds(30), losses::incrementAndGet);
    commit(store(), transaction().put("/t/a", "1", lease).put("/t/b", "1", lease));
    assertThat(lease.isHeld()).isTrue();
    lease.revoke();
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isZero();
    assertThat(store().list("/t/").entries()).isEmpty();
    lease.close();
    assertThat(losses).hasValue(0);
  }

  @Test
  void aHolderKnowsThatItsLeaseIsLostBeforeAnybodyElseCan() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
    Lease lease =
        store()
            .grantLease(
                SECOND,
                () -> {
                  order.add("lost");
                  losses.incrementAndGet();
                });
    commit(store(), transaction().put("/t/bound", "1", lease));
    StateStore other = rig().open();
    WatchListener departure =
        new WatchListener() {
          @Override
          public void changed(long revision, List<StoreEvent> events) {
            order.add(lease.isHeld() ? "gone while held" : "gone");
          }

          @Override
          public void lost(String why) {
            order.add(why);
          }
        };
    other.watch("/t/", other.list("/t/").revision() + 1, departure);
    rig().stall();
    try {
      await().untilAsserted(() -> assertThat(losses).hasValue(1));
      assertThat(lease.isHeld()).isFalse();
    } finally {
      rig().resume();
    }
    await().untilAsserted(() -> assertThat(order).containsExactly("lost", "gone"));
    assertThat(lease.isHeld()).as("once lost, always lost").isFalse();
    assertThat(losses).hasValue(1);
  }

  @Test
  void aLeaseThatAnotherEndedIsLost() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    Lease lease = store().grantLease(SECOND, losses::incrementAndGet);
    rig().endLease(lease.id());
    await().untilAsserted(() -> assertThat(losses).hasValue(1));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void anInterruptDoesNotCutACallShort() throws Exception {
    Thread.currentThread().interrupt();
    long revision;
    try {
      revision = put(store(), "/t/a", "1");
      assertThat(store().get("/t/a")).isPresent();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store().get("/t/a").orElseThrow().modRevision()).isEqualTo(revision);
  }

  @Test
  void whatIsNoKeyOrOutOfBoundsIsNotAsked() {
    for (String key : List.of("", "/", "t", "/t/", "//t", "/t//a", "/t/a b", "/t/ä")) {
      assertThatThrownBy(() -> store().get(key))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store().list("/t")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().watch("/t/", 0, new RecordingListener()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().grantLease(Duration.ofMillis(999), StateStoreContract::ignore))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedStoreSaysSo() throws Exception {
    StateStore other = rig().open();
    AtomicInteger losses = new AtomicInteger();
    Lease lease = other.grantLease(SECOND, losses::incrementAndGet);
    RecordingListener listener = new RecordingListener();
    other.watch("/t/", 1, listener);
    other.close();
    other.close();
    assertThatThrownBy(() -> other.get("/t/a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> put(other, "/t/a", "1")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> other.watch("/t/", 1, listener))
        .isInstanceOf(IllegalStateException.class);
    assertThat(lease.isHeld()).isFalse();
    put(store(), "/t/a", "1");
    assertThat(listener.events()).isEmpty();
    assertThat(listener.losses()).isEmpty();
    assertThat(losses).hasValue(0);
  }
}
