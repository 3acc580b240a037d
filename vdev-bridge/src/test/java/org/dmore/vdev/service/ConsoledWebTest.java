package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A console's ports for browsers and for Prometheus. */
class ConsoledWebTest {
  private static Consoled console(MachineRoom room, ConsoledConfig config) throws IOException {
    EmbeddedDomain domR =
        room.host("h1")
            .createDomain(
                DomainConfig.of(config.webPort().isPresent() ? "domr-web" : "domr", 16 << 20)
                    .asDriverDomain());
    room.host("h1").unpause(domR);
    return new Consoled(config, domR.ports());
  }

  @Test
  void browsersReachTheConsoleByWebSocketAndPrometheusSeesThem() throws Exception {
    try (MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build();
        Consoled consoled =
            console(
                room, ConsoledConfig.builder("web1", "secret").webPort(0).metricsPort(0).build())) {
      consoled.start();
      CompletableFuture<String> version = new CompletableFuture<>();
      InetSocketAddress web = consoled.webAddress().orElseThrow();
      WebSocket client =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .subprotocols("binary")
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + web.getPort() + "/websockify"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(
                        WebSocket from, ByteBuffer data, boolean last) {
                      version.complete(StandardCharsets.US_ASCII.decode(data).toString());
                      return null;
                    }
                  })
              .get(5, TimeUnit.SECONDS);
      assertThat(version.get(5, TimeUnit.SECONDS)).isEqualTo("RFB 003.008\n");
      InetSocketAddress metrics = consoled.metricsAddress().orElseThrow();
      assertThat(metrics.getAddress().isLoopbackAddress()).isTrue();
      assertThat(
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(
                              URI.create("http://127.0.0.1:" + metrics.getPort() + "/metrics"))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body())
          .contains("rfb_connections_total{guest=\"web1\",transport=\"websocket\"} 1.0");
      client.abort();
    }
  }

  @Test
  void withKeysBrowsersAreSentToTls(@TempDir Path folder) throws Exception {
    try (MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build()) {
      EmbeddedDomain domR =
          room.host("h1").createDomain(DomainConfig.of("domr", 16 << 20).asDriverDomain());
      room.host("h1").unpause(domR);
      try (Consoled consoled =
          new Consoled(
              ConsoledConfig.builder("web1", "secret").webPort(0).build(),
              ConsoleSecurity.withKeys("secret", folder, List.of("localhost")),
              domR.ports())) {
        consoled.start();
        int port = consoled.webAddress().orElseThrow().getPort();
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
                    HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(308);
        assertThat(answer.headers().firstValue("location"))
            .hasValue("https://127.0.0.1:" + port + "/");
      }
    }
  }

  @Test
  void withoutASettingThereAreNoSuchPorts() throws Exception {
    try (MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build();
        Consoled consoled = console(room, ConsoledConfig.forGuest("web1", "secret"))) {
      consoled.start();
      assertThat(consoled.webAddress()).isEmpty();
      assertThat(consoled.metricsAddress()).isEmpty();
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build()) {
      int port = taken.getLocalPort();
      for (ConsoledConfig config :
          new ConsoledConfig[] {
            ConsoledConfig.builder("web1", "").webPort(port).build(),
            ConsoledConfig.builder("web1", "").metricsPort(port).build()
          }) {
        try (Consoled consoled = console(room, config)) {
          assertThatThrownBy(consoled::start)
              .isInstanceOf(IOException.class)
              .hasMessageContaining("port=" + port);
        }
      }
    }
  }

  @Test
  void aPortThatIsNoneIsNamed() {
    assertThatThrownBy(() -> ConsoledConfig.builder("web1", "").webPort(70_000).build())
        .hasMessageContaining("webPort=70000");
    assertThatThrownBy(() -> ConsoledConfig.builder("web1", "").metricsPort(-1).build())
        .hasMessageContaining("metricsPort=-1");
  }
}
