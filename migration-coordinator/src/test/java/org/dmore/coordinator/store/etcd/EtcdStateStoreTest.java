package org.dmore.coordinator.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.RecordingListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What etcd's store does beyond the contract, when etcd is not there or not well. */
class EtcdStateStoreTest {
  private static EtcdServer server;

  private StateStore store;

  @BeforeAll
  static void startEtcd() throws Exception {
    server = EtcdServer.start("http", List.of("--quota-backend-bytes", "8000000"));
  }

  @AfterAll
  static void endEtcd() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() throws StoreException {
    store = EtcdStateStore.open(EtcdSettings.of(server.endpoint()));
    put(store, "/t/a", "0");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void put(StateStore store, String key, String value) throws StoreException {
    assertThat(store.commit(Transaction.builder().put(key, value).build()).isCommitted()).isTrue();
  }

  /** Where nobody listens. */
  private static URI nobody() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  @Test
  void anEtcdThatIsNotThereIsNamedAndNothingWasSent() throws Exception {
    URI nobody = nobody();
    try (StateStore lost = EtcdStateStore.open(EtcdSettings.of(nobody))) {
      assertThatThrownBy(() -> put(lost, "/t/a", "1"))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("127.0.0.1:" + nobody.getPort())
          .hasMessageContaining("look whether it runs");
      assertThatThrownBy(() -> lost.get("/t/a")).isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> lost.grantLease(Duration.ofSeconds(1), () -> {}))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void aMemberThatIsNotThereIsPassedOver() throws Exception {
    EtcdSettings two = EtcdSettings.of(nobody(), server.endpoint());
    try (StateStore other = EtcdStateStore.open(two)) {
      RecordingListener listener = new RecordingListener();
      other.watch("/t/", other.list("/t/").revision() + 1, listener);
      put(other, "/t/a", "1");
      await().untilAsserted(() -> assertThat(listener.words()).containsExactly("/t/a=1"));
    }
    try (StateStore other = EtcdStateStore.open(two)) {
      RecordingListener first = new RecordingListener();
      other.watch("/t/", store.list("/t/").revision() + 1, first); // before any call
      put(store, "/t/a", "2");
      await().untilAsserted(() -> assertThat(first.words()).containsExactly("/t/a=2"));
    }
  }

  @Test
  void aTransactionWithoutAnAnswerIsUnknownAndAReadMerelyUnavailable() throws Exception {
    EtcdSettings impatient = EtcdSettings.of(server.endpoint()).withCall(Duration.ofMillis(400));
    try (StateStore own = EtcdStateStore.open(impatient)) {
      await()
          .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
          .until(() -> own.get("/t/a").isPresent());
      server.stop();
      assertThatThrownBy(() -> put(own, "/t/a", "1"))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("read again");
      assertThatThrownBy(() -> own.get("/t/a")).isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> own.commit(Transaction.builder().whenAbsent("/t/b").build()))
          .as("nothing would have been changed")
          .isInstanceOf(StoreUnavailableException.class);
    } finally {
      server.resume();
    }
    assertThat(store.get("/t/a").map(StoreEntry::value)).get().isIn("0", "1");
  }

  @Test
  void whatWasCommittedOutlivesACrashAndTheStoreConnectsAgainByItself() throws Exception {
    AtomicInteger losses = new AtomicInteger();
    Leadership leader =
        Leadership.tryToLead(
                store, "migration/1", "alpha", Duration.ofSeconds(20), losses::incrementAndGet)
            .orElseThrow();
    RecordingListener listener = new RecordingListener();
    store.watch("/t/", store.list("/t/").revision() + 1, listener);
    put(store, "/t/a", "1");
    server.kill();
    assertThatThrownBy(() -> store.get("/t/a")).isInstanceOf(StoreUnavailableException.class);
    assertThat(leader.isHeld()).as("its time is not over").isTrue();
    server.launch();
    await()
        .ignoreExceptionsInstanceOf(StoreException.class)
        .untilAsserted(() -> assertThat(store.get("/t/a").orElseThrow().value()).isEqualTo("1"));
    assertThat(leader.commit(Transaction.builder().put("/t/a", "2").build()).isCommitted())
        .isTrue();
    await().untilAsserted(() -> assertThat(listener.words()).containsExactly("/t/a=1", "/t/a=2"));
    assertThat(listener.losses()).isEmpty();
    assertThat(losses).hasValue(0);
    leader.close();
  }

  @Test
  void aFullEtcdSaysWhatToDoAndStillReads() throws Exception {
    // Of its own: it stays full.
    try (EtcdServer small = EtcdServer.start("http", List.of("--quota-backend-bytes", "600000"));
        StateStore full = EtcdStateStore.open(EtcdSettings.of(small.endpoint()))) {
      String block = "x".repeat(200_000);
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> put(full, "/t/block", block))
                      .isInstanceOf(StoreUnavailableException.class)
                      .hasMessageContaining("no room")
                      .hasMessageContaining("compact"));
      assertThat(full.get("/t/block").orElseThrow().value()).isEqualTo(block);
    }
  }
}
