package org.dmore.rfb.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.protocol.EncodingType;

/**
 * Counts into a registry of the embedder's. All meters are made here, so that counting allocates
 * nothing.
 *
 * <table>
 *   <caption>Meters, as Prometheus calls them</caption>
 *   <tr><td>rfb_sessions{state}</td><td>sessions now</td></tr>
 *   <tr><td>rfb_connections_total{transport}</td><td>sessions begun</td></tr>
 *   <tr><td>rfb_refused_total{reason}</td><td>clients refused or cut</td></tr>
 *   <tr><td>rfb_received_bytes_total, rfb_sent_bytes_total</td><td>RFB without its wrapping</td></tr>
 *   <tr><td>rfb_updates_total</td><td>framebuffer updates with pixels</td></tr>
 *   <tr><td>rfb_rectangles_total{encoding}</td><td>rectangles encoded; shared ones count once</td></tr>
 *   <tr><td>rfb_pixels_total{encoding}</td><td>their pixels</td></tr>
 *   <tr><td>rfb_encoded_bytes_total{encoding}</td><td>their bytes</td></tr>
 *   <tr><td>rfb_encode_seconds</td><td>histogram, an area of at most 65536 pixels each</td></tr>
 *   <tr><td>rfb_key_seconds</td><td>histogram, from the socket's read to the sink's return</td></tr>
 * </table>
 *
 * <p>Thread-safe. One object counts for one server or for several.
 */
public final class MicrometerMetrics implements ServerMetrics {
  private static final List<String> TRANSPORTS = List.of("tcp", "websocket", "wss");

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<String, Counter> connections = new ConcurrentHashMap<>();
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
  private final Map<EncodingType, Rectangles> rectangles = new EnumMap<>(EncodingType.class);
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder updates = new LongAdder();
  private final Timer encode;
  private final Timer key;

  /** What is counted of an encoding's rectangles. */
  private record Rectangles(LongAdder count, LongAdder pixels, LongAdder bytes) {}

  /**
   * Makes the meters.
   *
   * @param tags for all of them, as the guest's name
   */
  public MicrometerMetrics(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
    TRANSPORTS.forEach(this::connections);
    for (Refusal refusal : Refusal.values()) {
      refusals.put(
          refusal,
          Counter.builder("rfb.refused")
              .description("Clients that were not let in, or were cut for what they sent")
              .tags(tags.and("reason", name(refusal)))
              .register(registry));
    }
    for (EncodingType type : EncodingType.values()) {
      Tags encoding = tags.and("encoding", name(type));
      Rectangles of = new Rectangles(new LongAdder(), new LongAdder(), new LongAdder());
      rectangles.put(type, of);
      counter(
          "rfb.rectangles",
          "Rectangles encoded, once for all clients that share them",
          "",
          encoding,
          of.count());
      counter("rfb.pixels", "Pixels of the rectangles encoded", "", encoding, of.pixels());
      counter("rfb.encoded", "Bytes of the rectangles encoded", "bytes", encoding, of.bytes());
    }
    counter("rfb.received", "RFB received, without TLS and WebSocket", "bytes", tags, received);
    counter("rfb.sent", "RFB written, without TLS and WebSocket", "bytes", tags, sent);
    counter("rfb.updates", "Framebuffer updates with pixels", "", tags, updates);
    this.encode =
        Timer.builder("rfb.encode")
            .description("Encoding of an area of at most 65536 pixels")
            .tags(tags)
            .serviceLevelObjectives(micros(50, 200, 1_000, 5_000, 20_000, 100_000))
            .register(registry);
    this.key =
        Timer.builder("rfb.key")
            .description("A key, from the socket's read to its sink's return")
            .tags(tags)
            .serviceLevelObjectives(
                micros(5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 20_000, 100_000, 1_000_000))
            .register(registry);
  }

  /** Shows how many sessions a server has; ends with the server. */
  public void watch(RfbServer server) {
    for (ClientInfo.State state : ClientInfo.State.values()) {
      Gauge.builder("rfb.sessions", server, of -> count(of, state))
          .description("Sessions now")
          .tags(tags.and("state", name(state)))
          .register(registry);
    }
  }

  private static double count(RfbServer server, ClientInfo.State state) {
    return server.clients().stream().filter(client -> client.state() == state).count();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Duration[] micros(long... bounds) {
    Duration[] durations = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      durations[i] = Duration.ofNanos(bounds[i] * 1000);
    }
    return durations;
  }

  private void counter(String name, String description, String unit, Tags of, LongAdder value) {
    FunctionCounter.builder(name, value, LongAdder::sum)
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .tags(of)
        .register(registry);
  }

  private Counter connections(String transport) {
    return connections.computeIfAbsent(
        transport,
        name ->
            Counter.builder("rfb.connections")
                .description("Sessions begun")
                .tags(tags.and("transport", name))
                .register(registry));
  }

  @Override
  public void connected(String transport) {
    connections(transport).increment();
  }

  @Override
  public void refused(Refusal reason) {
    refusals.get(reason).increment();
  }

  @Override
  public void received(int bytes) {
    received.add(bytes);
  }

  @Override
  public void sent(int bytes) {
    sent.add(bytes);
  }

  @Override
  public void updated() {
    updates.increment();
  }

  @Override
  public void rectangle(EncodingType encoding, int pixels, int bytes) {
    Rectangles of = rectangles.get(encoding);
    of.count().increment();
    of.pixels().add(pixels);
    of.bytes().add(bytes);
  }

  @Override
  public void encoded(long nanos) {
    encode.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void key(long nanos) {
    key.record(nanos, TimeUnit.NANOSECONDS);
  }
}
