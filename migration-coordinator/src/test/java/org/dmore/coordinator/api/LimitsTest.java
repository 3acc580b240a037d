package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class LimitsTest {
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(200);
  @TempDir private Path folder;
  private Optional<ApiRig> started = Optional.empty();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    started.ifPresent(ApiRig::close);
  }

  private ApiRig start(Map<String, Object> limits) throws IOException {
    ApiRig rig = new ApiRig(folder, ApiRig.limits(limits));
    rig.control().answer("hosts", () -> List.of(Samples.HOST));
    rig.control().answer("editHost", () -> Samples.HOST);
    started = Optional.of(rig);
    return rig;
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(started.orElseThrow().socket());
  }

  @Test
  void aBodyThatSaysThatItIsTooLongIsRefusedBeforeItComes() throws Exception {
    start(Map.of("maxBodyBytes", 1000));
    try (RawConnection connection = connect()) {
      RawConnection.Raw answer =
          connection
              .send("PATCH /v1/hosts/a HTTP/1.1\r\n" + JSON + "Content-Length: 1001\r\n\r\n")
              .read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).contains("maxBodyBytes=1000");
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
  }

  @Test
  void aBodyThatTurnsOutToBeTooLongIsRefused() throws Exception {
    start(Map.of("maxBodyBytes", 1000));
    String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
    try (RawConnection connection = connect()) {
      connection.send(
          "PATCH /v1/hosts/a HTTP/1.1\r\n" + JSON + "Transfer-Encoding: chunked\r\n\r\n");
      connection.send(chunk).send(chunk).send(chunk);
      assertThat(connection.read().status()).isEqualTo(413);
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsTaken() throws Exception {
    start(Map.of("maxBodyBytes", 1000));
    String body = "{\"maxVms\":4" + " ".repeat(988) + "}";
    try (RawConnection connection = connect()) {
      assertThat(body).hasSize(1000);
      assertThat(connection.send("PATCH /v1/hosts/a", JSON, body).read().status()).isEqualTo(200);
    }
  }

  @Test
  void longHeadersAndLongLinesAreRefused() throws Exception {
    start(Map.of("maxHeaderBytes", 500));
    try (RawConnection connection = connect()) {
      String header = "X: " + "x".repeat(600) + "\r\n";
      assertThat(connection.send("GET /v1/hosts", header, "").read().status()).isEqualTo(431);
    }
    try (RawConnection connection = connect()) {
      assertThat(connection.send("GET /" + "x".repeat(600), "", "").read().status()).isEqualTo(414);
    }
  }

  @Test
  void whatIsNoHttpIsRefusedAndTheConnectionEnds() throws Exception {
    start(Map.of("request", SHORT));
    try (RawConnection connection = connect()) {
      assertThat(connection.send("\u0016\u0003\u0001 what is this\r\n\r\n").read().status())
          .isEqualTo(400);
      assertThat(connection.isEnded()).isTrue();
    }
  }

  @Test
  void aRequestThatComesTooSlowlyIsCutWhereverItStands() throws Exception {
    start(Map.of("request", SHORT));
    List<String> beginnings =
        List.of(
            "G",
            "GET /v1/hosts HTTP/1.1\r\nHost: a\r\n",
            "PATCH /v1/hosts/a HTTP/1.1\r\n" + JSON + "Content-Length: 100\r\n\r\n{");
    for (String beginning : beginnings) {
      try (RawConnection connection = connect()) {
        assertThat(connection.send(beginning).read().status()).as(beginning).isEqualTo(408);
        assertThat(connection.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosedAndAClientMakesAnother() throws Exception {
    ApiRig rig = start(Map.of("idle", SHORT));
    ApiClient client = rig.local();
    assertThat(client.hosts()).hasSize(1);
    try (RawConnection connection = connect()) {
      assertThat(connection.send("GET /v1/hosts", "", "").read().status()).isEqualTo(200);
      assertThat(connection.isEnded()).isTrue();
    }
    assertThat(client.hosts()).hasSize(1);
  }

  @Test
  void moreConnectionsThanAllowedAreClosedUntilOthersEnd() throws Exception {
    start(Map.of("maxConnections", 2));
    RawConnection first = connect();
    try (RawConnection second = connect()) {
      assertThat(first.send("GET /v1/hosts", "", "").read().status()).isEqualTo(200);
      assertThat(second.send("GET /v1/hosts", "", "").read().status()).isEqualTo(200);
      try (RawConnection third = connect()) {
        assertThat(third.isEnded()).isTrue();
      }
      ApiClient client = started.orElseThrow().local();
      assertThatThrownBy(client::hosts)
          .isInstanceOfSatisfying(
              ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
          .hasMessageContaining("as many connections as it takes");

      first.close();
      await().atMost(SOON).ignoreExceptions().until(() -> client.hosts().size() == 1);
    }
  }

  @Test
  void whatTakesTooLongIsInterruptedAndAnswered() throws Exception {
    ApiRig rig = start(Map.of("handling", SHORT));
    AtomicBoolean interrupted = new AtomicBoolean();
    rig.control()
        .answer(
            "hosts",
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
              return List.of();
            });
    assertThatThrownBy(() -> rig.local().hosts())
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("longer than ms=200");
    await().atMost(SOON).untilTrue(interrupted);
    // The worker is as good as new, and the interrupt was not for the next request.
    rig.control().answer("hosts", () -> List.of(Samples.HOST));
    for (int i = 0; i < ApiLimits.DEFAULT.workers() + 1; i++) {
      assertThat(rig.local().hosts()).hasSize(1);
    }
  }

  @Test
  void whatTakesTooLongIsInterruptedEvenIfNobodyWaitsForIt() throws Exception {
    ApiRig rig = start(Map.of("handling", SHORT));
    AtomicBoolean interrupted = new AtomicBoolean();
    rig.control()
        .answer(
            "hosts",
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
              return List.of();
            });
    try (RawConnection connection = connect()) {
      connection.send("GET /v1/hosts", "", "");
      await().atMost(SOON).until(() -> rig.control().calls().size() == 1);
    }
    await().atMost(SOON).untilTrue(interrupted);
  }

  @Test
  void aClientThatDoesNotTakeItsAnswerIsNotWaitedFor() throws Exception {
    ApiRig rig = start(Map.of("request", SHORT, "maxConnections", 1));
    rig.control().answer("hosts", () -> Collections.nCopies(4_000, Samples.HOST));
    rig.control().answer("pairs", List::of);
    try (RawConnection connection = connect()) {
      connection.send("GET /v1/hosts", "", "");
      ApiClient client = rig.local();
      await().atMost(SOON).ignoreExceptions().until(() -> client.pairs().isEmpty());
    }
  }

  @Test
  void moreRequestsThanMayWaitAreRefusedWhileHostsAreStillServed() throws Exception {
    ApiRig rig = start(Map.of("workers", 1, "queue", 1));
    rig.host().answer("vms", () -> List.of("web1"));
    rig.control()
        .answer(
            "hosts",
            () -> {
              end.await();
              return List.of();
            });
    ExecutorService callers = Executors.newCachedThreadPool();
    try {
      ApiClient client = rig.local();
      List<Future<List<HostStatus>>> waiting = new ArrayList<>();
      waiting.add(callers.submit(client::hosts));
      await().atMost(SOON).until(() -> rig.control().calls().size() == 1);
      // One of these waits, and the other one is one too many.
      waiting.add(callers.submit(client::hosts));
      waiting.add(callers.submit(client::hosts));
      await().atMost(SOON).until(() -> waiting.stream().anyMatch(Future::isDone));

      Future<List<HostStatus>> refused =
          waiting.stream().filter(Future::isDone).findFirst().orElseThrow();
      assertThatThrownBy(refused::get)
          .hasRootCauseInstanceOf(ControlException.class)
          .hasMessageContaining("too many requests wait already");
      assertThat(new RemoteVmHost("alpha", rig.remote("beta", Role.HOST)).vms())
          .containsExactly("web1");

      end.countDown();
      for (Future<List<HostStatus>> each : waiting) {
        if (each != refused) {
          assertThat(each.get()).isEmpty();
        }
      }
    } finally {
      end.countDown();
      callers.shutdownNow();
    }
  }

  @Test
  void aCommandMayNotTakeLongerThanItsHostAllows() throws Exception {
    ApiRig rig = start(Map.of("hostHandling", Duration.ofSeconds(1)));
    try (ApiTransport transport =
        new ApiTransport(
            Peer.Remote.of(rig.api()),
            Optional.of(rig.issue("beta", Role.HOST).read().clientContext()),
            CallSettings.DEFAULT)) {
      Answer answer =
          transport.send(
              HttpMethod.POST,
              "/v1/host/agent/domains/3/command",
              Optional.of("{\"verb\":\"status\",\"arguments\":{},\"deadlineMillis\":1001}"),
              SOON);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("longer than this host's 1000");
      assertThat(rig.agent().calls()).isEmpty();
    }
  }

  // ---- what goes well

  @Test
  void twoHundredRequestsGoOverOneConnection() throws Exception {
    ApiRig rig = start(Map.of("maxConnections", 1));
    try (RawConnection connection = connect()) {
      for (int i = 0; i < 200; i++) {
        assertThat(connection.send("GET /v1/hosts", "", "").read().status()).isEqualTo(200);
      }
    }
    ApiClient remote = rig.remote("alice", Role.OPERATOR);
    for (int i = 0; i < 200; i++) {
      assertThat(remote.hosts()).hasSize(1);
    }
    assertThat(rig.control().calls()).hasSize(400);
  }

  @Test
  void requestsThatComeTogetherAreAnsweredOneAfterTheOther() throws Exception {
    ApiRig rig = start(Map.of());
    rig.control().answer("forgetPair", () -> null);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      all.append("DELETE /v1/pairs/").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      all.append("GET /v1/hosts HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    try (RawConnection connection = connect()) {
      connection.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(connection.read().status()).isEqualTo(204);
        assertThat(connection.read().status()).isEqualTo(200);
      }
    }
    List<Object> forgotten =
        rig.control().calls().stream()
            .filter(call -> call.method().equals("forgetPair"))
            .map(call -> call.arguments().get(0))
            .toList();
    assertThat(forgotten).hasSize(50).startsWith("0", "1", "2").endsWith("48", "49");
  }

  @Test
  void manyCallersAtOnceGetTheirOwnAnswers() throws Exception {
    ApiRig rig = start(Map.of());
    rig.control().answer("pairs", List::of);
    ApiClient client = rig.remote("alice", Role.OPERATOR);
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean odd = i % 2 == 1;
        results.add(
            callers.submit(
                () -> {
                  for (int call = 0; call < 10; call++) {
                    if (odd ? client.hosts().size() != 1 : !client.pairs().isEmpty()) {
                      return false;
                    }
                  }
                  return true;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void aClientThatAsksFirstIsToldToGoOn() throws Exception {
    start(Map.of());
    try (RawConnection connection = connect()) {
      connection.send(
          "PATCH /v1/hosts/a HTTP/1.1\r\n"
              + JSON
              + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(100);
      assertThat(connection.send("{}").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatWantsTheConnectionToEndGetsThat() throws Exception {
    start(Map.of());
    try (RawConnection connection = connect()) {
      RawConnection.Raw answer =
          connection.send("GET /v1/hosts", "Connection: close\r\n", "").read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(connection.isEnded()).isTrue();
    }
  }
}
