package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dmore.rfb.Identity;
import org.dmore.rfb.LeakExtension;
import org.dmore.rfb.Listener;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Who gets in by a token, and what guesses cost. */
@ExtendWith(LeakExtension.class)
class TokenTest {
  private static final String RIGHT = "right/+=é";

  private final MemoryDesktop desktop = new MemoryDesktop(100, 50);
  private RfbServer server;
  private int port;

  private void serve(TokenVerifier verifier) throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .security(VncAuthentication.ofPassword("secret"))
            .limits(
                RfbLimits.builder()
                    .authenticationFailureDelay(Duration.ZERO)
                    .maxAuthenticationFailures(2)
                    .firstBlock(Duration.ofMinutes(10))
                    .build())
            .build();
    port =
        server
            .listen(
                Listener.web(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    WebOptions.defaults().withTokens(verifier)))
            .getPort();
  }

  private static CompletableFuture<Optional<Identity>> check(String token) {
    return CompletableFuture.completedFuture(
        token.equals(RIGHT) ? Optional.of(Identity.viewOnly("alice")) : Optional.empty());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String asProtocol(String token) {
    return "Sec-WebSocket-Protocol: binary, token."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }

  private void assertIn(RawWebSocket socket) throws IOException {
    NullClient client = socket.rfb();
    client.version("003.008");
    client.choose(1);
    client.init(true);
    client.readUntilSame(desktop);
    assertThat(server.clients())
        .singleElement()
        .satisfies(info -> assertThat(info.identity()).isEqualTo(Identity.viewOnly("alice")));
  }

  @Test
  void aRightTokenLetsInWithoutAPassword() throws IOException {
    serve((token, from) -> check(token));
    try (RawWebSocket browser = RawWebSocket.open(port)) {
      assertThat(browser.upgrade(asProtocol(RIGHT)))
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("Sec-WebSocket-Protocol: binary\r\n");
      assertIn(browser);
    }
    await().until(() -> server.clients().isEmpty());
    try (RawWebSocket other = RawWebSocket.open(port)) {
      // A header's bytes are Latin-1.
      assertThat(other.upgrade("authorization: bearer " + RIGHT)).startsWith("HTTP/1.1 101 ");
      assertIn(other);
    }
  }

  @Test
  void theAnswerMayComeLaterAndFromAnotherThread() throws IOException {
    CompletableFuture<Optional<Identity>> answer = new CompletableFuture<>();
    CompletableFuture<String> asked = new CompletableFuture<>();
    serve(
        (token, from) -> {
          asked.complete(token);
          return answer;
        });
    try (RawWebSocket client = RawWebSocket.open(port)) {
      Thread later =
          new Thread(
              () -> {
                asked.join();
                answer.complete(Optional.of(Identity.viewOnly("alice")));
              });
      later.start();
      assertThat(client.upgrade(asProtocol(RIGHT))).startsWith("HTTP/1.1 101 ");
      assertIn(client);
    }
  }

  @Test
  void withoutATokenThePasswordIsAsked() throws IOException {
    serve((token, from) -> check(token));
    try (RawWebSocket client = RawWebSocket.connect(port)) {
      assertThat(client.rfb().authenticate("secret")).isZero();
    }
  }

  @Test
  void wrongTokensBlockTheAddressForPasswordsToo() throws IOException {
    serve((token, from) -> check(token));
    for (String wrong : new String[] {asProtocol("guess"), "Authorization: Bearer guess"}) {
      try (RawWebSocket client = RawWebSocket.open(port)) {
        assertThat(client.upgrade(wrong))
            .startsWith("HTTP/1.1 401 ")
            .containsIgnoringCase("WWW-Authenticate: Bearer");
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
    try (RawWebSocket client = RawWebSocket.open(port)) {
      assertThat(client.upgrade(asProtocol(RIGHT)))
          .startsWith("HTTP/1.1 429 ")
          .containsIgnoringCase("Retry-After: ");
    }
    try (RawWebSocket client = RawWebSocket.connect(port)) {
      NullClient rfb = client.rfb();
      rfb.version("003.008");
      assertThat(rfb.in().readUnsignedByte()).isZero();
      assertThat(rfb.readString()).contains("too many failed authentications");
    }
  }

  @Test
  void aTokenThatWaitsWhenItsAddressIsBlockedDoesNotLearnWhetherItWasRight() throws Exception {
    Map<String, CompletableFuture<Optional<Identity>>> asked = new ConcurrentHashMap<>();
    serve((token, from) -> asked.computeIfAbsent(token, unused -> new CompletableFuture<>()));
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Map<String, Future<String>> answers = new HashMap<>();
      for (String token : List.of("a", "b", "c", "d")) {
        answers.put(
            token,
            threads.submit(
                () -> {
                  try (RawWebSocket client = RawWebSocket.open(port)) {
                    return client.upgrade(asProtocol(token));
                  }
                }));
      }
      await().until(() -> asked.size() == 4);
      for (String wrong : List.of("a", "b")) {
        asked.get(wrong).complete(Optional.empty());
        assertThat(answers.get(wrong).get()).startsWith("HTTP/1.1 401 ");
      }
      asked.get("c").complete(Optional.empty());
      asked.get("d").complete(Optional.of(Identity.full("alice")));
      assertThat(answers.get("c").get()).startsWith("HTTP/1.1 429 ");
      assertThat(answers.get("d").get()).startsWith("HTTP/1.1 429 ");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aVerifierThatFailsRefusesWithoutBlame() throws IOException {
    serve((token, from) -> CompletableFuture.failedFuture(new IOException("directory is down")));
    for (int i = 0; i < 3; i++) {
      try (RawWebSocket client = RawWebSocket.open(port)) {
        assertThat(client.upgrade(asProtocol(RIGHT))).startsWith("HTTP/1.1 503 ");
      }
    }
    server.close();
    serve(
        (token, from) -> {
          throw new IllegalStateException("a bug");
        });
    try (RawWebSocket client = RawWebSocket.open(port)) {
      assertThat(client.upgrade(asProtocol(RIGHT))).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void noTokenAndNoQueryIsEverLogged() throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("org.dmore");
    log.start();
    root.addAppender(log);
    try {
      serve((token, from) -> check(token));
      for (String header :
          new String[] {asProtocol("hush-hush"), "Authorization: Bearer hush-hush"}) {
        try (RawWebSocket client = RawWebSocket.open(port)) {
          assertThat(client.upgrade(header)).startsWith("HTTP/1.1 401 ");
        }
      }
      try (RawWebSocket client = RawWebSocket.open(port)) {
        assertThat(client.request("GET /nowhere?hush-hush HTTP/1.1", "Host: x"))
            .startsWith("HTTP/1.1 404 ");
      }
      assertThat(log.list).isNotEmpty();
      String encoded = asProtocol("hush-hush");
      assertThat(log.list)
          .map(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("hush"))
          .noneMatch(line -> line.contains(encoded.substring(encoded.indexOf("token.") + 6)));
    } finally {
      root.detachAppender(log);
    }
  }
}
