package org.dmore.rfb.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does shows in what Prometheus reads. */
class MetricsTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MicrometerMetrics metrics =
      new MicrometerMetrics(registry, Tags.of("guest", "web-1"));
  private final MemoryDesktop desktop = new MemoryDesktop(200, 100);
  private final RecordingInput input = new RecordingInput();
  private MetricsEndpoint endpoint;
  private RfbServer server;
  private int port;

  @BeforeEach
  void listen() throws IOException {
    endpoint = MetricsEndpoint.start(loopback(), registry::scrape);
  }

  @AfterEach
  void stop() {
    server.close();
    endpoint.close();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void serve(RfbLimits limits, SecurityType security) throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(security)
            .limits(limits)
            .metrics(metrics)
            .build();
    metrics.watch(server);
    port = server.start(loopback()).getPort();
  }

  private HttpResponse<String> get(String method, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of a line that begins so, the tags in alphabetical order. */
  private double value(String name) {
    return get("GET", "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  private void waitFor(String name, double wanted) {
    await().untilAsserted(() -> assertThat(value(name)).as(name).isEqualTo(wanted));
  }

  @Test
  void aSessionsBytesUpdatesRectanglesAndKeysAreCounted() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication());
    int received;
    try (NullClient client = NullClient.connect(port)) {
      client.setEncodings(NullClient.ZRLE, NullClient.COPY_RECT);
      client.readUntilSame(desktop);
      desktop.fill(10, 10, 50, 50, 0x123456);
      client.readUntilSame(desktop);
      desktop.copy(10, 10, 120, 20, 40, 40);
      client.readUntilSame(desktop);
      for (int i = 0; i < 10; i++) {
        client.key(i % 2 == 0, 'a');
      }
      await().until(() -> input.last().events("key").size() == 10);
      waitFor("rfb_sessions{guest=\"web-1\",state=\"running\"}", 1);
      waitFor("rfb_key_seconds_count{guest=\"web-1\"}", 10);
      waitFor("rfb_key_seconds_bucket{guest=\"web-1\",le=\"+Inf\"}", 10);
      assertThat(value("rfb_connections_total{guest=\"web-1\",transport=\"tcp\"}")).isEqualTo(1);
      assertThat(value("rfb_rectangles_total{encoding=\"zrle\",guest=\"web-1\"}"))
          .isEqualTo(client.rectangles(NullClient.ZRLE))
          .isPositive();
      assertThat(value("rfb_rectangles_total{encoding=\"copy_rect\",guest=\"web-1\"}"))
          .isEqualTo(client.rectangles(NullClient.COPY_RECT))
          .isPositive();
      assertThat(value("rfb_pixels_total{encoding=\"zrle\",guest=\"web-1\"}"))
          .isGreaterThanOrEqualTo(200 * 100);
      assertThat(value("rfb_encoded_bytes_total{encoding=\"zrle\",guest=\"web-1\"}")).isPositive();
      assertThat(value("rfb_updates_total{guest=\"web-1\"}")).isGreaterThanOrEqualTo(3);
      assertThat(value("rfb_encode_seconds_count{guest=\"web-1\"}")).isGreaterThanOrEqualTo(2);
      received = (int) server.clients().get(0).bytesReceived();
      assertThat(value("rfb_received_bytes_total{guest=\"web-1\"}")).isEqualTo(received);
      assertThat(value("rfb_sent_bytes_total{guest=\"web-1\"}"))
          .isEqualTo((double) server.clients().get(0).bytesSent());
    }
    waitFor("rfb_sessions{guest=\"web-1\",state=\"running\"}", 0);
    // A session's bytes stay counted when it has gone.
    waitFor("rfb_received_bytes_total{guest=\"web-1\"}", received);
  }

  private static String refused(Refusal reason) {
    return "rfb_refused_total{guest=\"web-1\",reason=\""
        + reason.name().toLowerCase(java.util.Locale.ROOT)
        + "\"}";
  }

  @Test
  void whoIsRefusedIsCountedByReason() throws IOException {
    serve(
        RfbLimits.builder()
            .maxConnections(1)
            .maxAuthenticationFailures(1)
            .firstBlock(Duration.ofMinutes(1))
            .authenticationFailureDelay(Duration.ZERO)
            .build(),
        VncAuthentication.ofPassword("secret"));
    try (NullClient client = NullClient.open(port)) {
      assertThat(client.authenticate("wrong")).isEqualTo(1);
    }
    waitFor(refused(Refusal.AUTHENTICATION), 1);
    await().until(() -> server.clients().isEmpty());
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      assertThat(client.in().readUnsignedByte()).isZero();
      waitFor(refused(Refusal.BLOCKED), 1);
    }
    await().until(() -> server.clients().isEmpty());
    try (NullClient client = NullClient.open(port)) {
      client.send("GET / HTTP/1".getBytes(StandardCharsets.US_ASCII));
      waitFor(refused(Refusal.MALFORMED), 1);
    }
    assertThat(value(refused(Refusal.ORIGIN))).isZero();
  }

  @Test
  void onlyTheMetricsAreServed() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication());
    assertThat(get("GET", "/metrics").headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(get("GET", "/").statusCode()).isEqualTo(404);
    assertThat(get("GET", "/metrics/../x").statusCode()).isEqualTo(404);
    assertThat(get("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  @Test
  void aPortInUseIsToldWithWhatToDo() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication());
    assertThatThrownBy(() -> MetricsEndpoint.start(endpoint.address(), registry::scrape))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("metrics-port=" + endpoint.address().getPort())
        .hasMessageContaining("choose another");
  }

  @Test
  void countingAllocatesNothing() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication());
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    count(50_000);
    // Once for the measuring itself; the smallest of some, since the JIT works beside this.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      count(1_000);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes for 1000 of each").isLessThan(1_000);
  }

  private void count(int times) {
    for (int i = 0; i < times; i++) {
      metrics.key(20_000 + i);
      metrics.received(8);
      metrics.sent(1_000);
      metrics.rectangle(EncodingType.ZRLE, 64, 20);
      metrics.encoded(100_000);
      metrics.updated();
    }
  }
}
