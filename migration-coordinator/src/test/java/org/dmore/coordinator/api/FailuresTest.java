package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@ExtendWith(LeakExtension.class)
class FailuresTest {
  @TempDir private Path folder;
  private ApiRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new ApiRig(folder);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void failWith(Exception failure) {
    rig.control()
        .answer(
            "hosts",
            () -> {
              throw failure;
            });
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalArrivesAsTheSameRefusal(Reason reason) {
    failWith(new ControlException(reason, "pair=web1 moves: w\u00e4it"));

    assertThatThrownBy(() -> rig.local().hosts())
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage("pair=web1 moves: w\u00e4it");
  }

  @ParameterizedTest
  @CsvSource({"INVALID,400", "NOT_FOUND,404", "CONFLICT,409", "FORBIDDEN,403", "UNAVAILABLE,503"})
  void aRefusalHasTheStatusOfItsReason(Reason reason, int status) throws Exception {
    failWith(new ControlException(reason, "no"));
    try (RawConnection connection = new RawConnection(rig.socket())) {
      assertThat(connection.send("GET /v1/hosts", "", "").read().status()).isEqualTo(status);
    }
  }

  @Test
  void anotherFailureArrivesAsOneThatIsNoRefusal() {
    failWith(new IOException("host=beta does not answer"));

    assertThatThrownBy(() -> rig.local().hosts())
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("host=beta does not answer");
  }

  @Test
  void aStoreThatIsAwayMayBeTriedAgain() {
    failWith(new StoreUnavailableException("etcd is away", new IOException("x")));

    assertThatThrownBy(() -> rig.local().hosts())
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessage("etcd is away");
  }

  @Test
  void aMistakeOfTheProgramIsLoggedUnderTheIdThatTheCallerGetsAndNotShown() {
    failWith(new IllegalStateException("password=hunter2"));
    Logger log = (Logger) LoggerFactory.getLogger(Problems.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      Throwable thrown = catchThrowable(() -> rig.local().hosts());

      assertThat(thrown).isExactlyInstanceOf(IOException.class);
      assertThat(thrown.getMessage())
          .contains("id=")
          .doesNotContain("hunter2")
          .doesNotContain("Exception");
      String id = thrown.getMessage().replaceAll(".*(id=[0-9a-f]{16}).*", "$1");
      assertThat(lines.list)
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.getFormattedMessage()).contains(id);
                assertThat(line.getThrowableProxy().getMessage()).contains("hunter2");
              });
    } finally {
      log.detachAppender(lines);
    }
  }

  // ---- a hostd that does not answer

  @Test
  void aSocketThatIsNotThereSaysThatHostdDoesNotRun() {
    Path nowhere = folder.resolve("nowhere.sock");
    assertThatThrownBy(() -> client(nowhere).hosts())
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("hostd does not run")
        .hasMessageContaining("socket=" + nowhere)
        .hasMessageContaining("start hostd");
  }

  @Test
  void aSocketThatADeadHostdLeftSaysSo() throws Exception {
    Path left = folder.resolve("left.sock");
    SocketFileTest.leaveBehind(left);
    assertThatThrownBy(() -> client(left).hosts())
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("nobody listens at socket=" + left);
  }

  @Test
  void aPortWithoutHostdSaysWhichOne() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI api = URI.create("https://127.0.0.1:" + port);
    ApiClient client =
        rig.keep(
            ApiClient.remote(api, rig.issue("alice", Role.OPERATOR).read(), CallSettings.DEFAULT));
    assertThatThrownBy(client::hosts)
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("hostd at 127.0.0.1:" + port + " does not answer")
        .hasMessageContaining("is it started there");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsNotWaitedFor() {
    CountDownLatch end = new CountDownLatch(1);
    rig.control()
        .answer(
            "hosts",
            () -> {
              end.await();
              return java.util.List.of();
            });
    ApiClient client =
        rig.keep(
            ApiClient.local(rig.socket(), CallSettings.DEFAULT.withCall(Duration.ofMillis(100))));

    assertThatThrownBy(client::hosts)
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("did not answer GET /v1/hosts within ms=100");
    end.countDown();
  }

  @Test
  void aCallThatIsInterruptedEndsAndTheThreadStaysInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> rig.local().hosts())
          .isInstanceOf(java.io.InterruptedIOException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      boolean unused = Thread.interrupted();
    }
  }

  @Test
  void aClientGoesOnWithAHostdThatWasStartedAnew() throws Exception {
    rig.control().answer("hosts", () -> java.util.List.of());
    rig.control().answer("forgetPair", () -> null);
    ApiClient client = rig.local();
    assertThat(client.hosts()).isEmpty();
    rig.close();
    assertThat(Files.exists(rig.socket())).isFalse();

    ApiServer next =
        new ApiServer(
            new ApiSettings(
                java.util.Optional.empty(),
                java.util.Optional.of(
                    new ApiSettings.Local(
                        rig.socket(), java.util.Set.of(ApiRig.ownUid()), java.util.Set.of())),
                ApiLimits.DEFAULT),
            rig.control().as(org.dmore.coordinator.control.ControlPlane.class),
            rig.host().as(org.dmore.coordinator.host.VmHost.class));
    next.start();
    try {
      ApiClient another = rig.local();
      assertThat(another.hosts()).isEmpty();
      another.forgetPair("web1");
      another.close();
    } finally {
      next.close();
    }
  }

  private ApiClient client(Path socket) {
    return rig.keep(ApiClient.local(socket, CallSettings.DEFAULT));
  }
}
