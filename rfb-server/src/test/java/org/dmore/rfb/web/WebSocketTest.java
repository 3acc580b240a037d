package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.LeakExtension;
import org.dmore.rfb.Listener;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFB within WebSockets, and what is refused before. */
@ExtendWith(LeakExtension.class)
class WebSocketTest {
  private static final SecurityType NONE = new NoAuthentication();

  private final MemoryDesktop desktop = new MemoryDesktop(200, 100);
  private final RecordingInput input = new RecordingInput();
  private RfbServer server;
  private int port;

  private void serve(WebOptions options, SecurityType... security) throws IOException {
    server = RfbServer.builder().desktop(desktop).input(input).security(security).build();
    port = server.listen(Listener.web(loopback(), options)).getPort();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  @Test
  void pixelsAndKeysPassWhateverTheFragments() throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (NullClient client = login(RawWebSocket.connect(port))) {
      client.setEncodings(NullClient.ZRLE, NullClient.HEXTILE);
      for (int i = 0; i < 10; i++) {
        desktop.fill(i * 7, i * 3, 50, 60, 0x102030 * i);
        client.readUntilSame(desktop);
      }
      List<String> typed = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        client.key(i % 2 == 0, 'a' + i / 2 % 26);
        typed.add("key " + (i % 2 == 0 ? "+" : "-") + Integer.toHexString('a' + i / 2 % 26) + " 0");
      }
      await().until(() -> input.last().events().size() == typed.size());
      assertThat(input.last().events()).isEqualTo(typed);
      assertThat(server.clients())
          .singleElement()
          .satisfies(info -> assertThat(info.transport()).isEqualTo("websocket"))
          .satisfies(info -> assertThat(info.state()).isEqualTo(ClientInfo.State.RUNNING));
    }
    await().until(() -> input.last().events().contains("close"));
  }

  private static NullClient login(RawWebSocket socket) throws IOException {
    NullClient client = socket.rfb();
    client.version("003.008");
    client.choose(1);
    client.init(true);
    return client;
  }

  @Test
  void theClientOfTheJdkGetsInAndOut() throws Exception {
    serve(WebOptions.defaults(), NONE);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    WebSocket client =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("base64", "binary")
            .buildAsync(
                URI.create("ws://127.0.0.1:" + port + "/websockify?token=none-of-your-business"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onBinary(
                      WebSocket from, ByteBuffer data, boolean last) {
                    events.add(StandardCharsets.ISO_8859_1.decode(data).toString());
                    from.request(1);
                    return null;
                  }

                  @Override
                  public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
                    events.add("pong " + StandardCharsets.ISO_8859_1.decode(data));
                    from.request(1);
                    return null;
                  }

                  @Override
                  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                    events.add("close " + code);
                    return null;
                  }
                })
            .get(5, TimeUnit.SECONDS);
    assertThat(client.getSubprotocol()).isEqualTo("binary");
    assertThat(events.poll(5, TimeUnit.SECONDS)).isEqualTo("RFB 003.008\n");
    client.sendPing(ByteBuffer.wrap("echo".getBytes(StandardCharsets.US_ASCII))).join();
    assertThat(events.poll(5, TimeUnit.SECONDS)).isEqualTo("pong echo");
    client.sendClose(4001, "bye").join();
    assertThat(events.poll(5, TimeUnit.SECONDS)).isEqualTo("close 4001");
    await().until(() -> server.clients().isEmpty());
  }

  @Test
  void theSubprotocolIsNotEchoedUnlessItWasOffered() throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (RawWebSocket plain = RawWebSocket.open(port);
        RawWebSocket other = RawWebSocket.open(port);
        RawWebSocket both = RawWebSocket.open(port)) {
      // The key and its answer are those of RFC 6455, 1.3.
      assertThat(plain.upgrade("Sec-WebSocket-Extensions: permessage-deflate"))
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
          .doesNotContainIgnoringCase("Sec-WebSocket-Protocol")
          .doesNotContainIgnoringCase("Extensions");
      assertThat(other.upgrade("Sec-WebSocket-Protocol: base64"))
          .startsWith("HTTP/1.1 101 ")
          .doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
      assertThat(both.upgrade("Sec-WebSocket-Protocol: base64, binary"))
          .containsIgnoringCase("Sec-WebSocket-Protocol: binary\r\n");
    }
  }

  @Test
  void whatWasSentBeforeTheCloseIsHandedOverThoughInputWasPaused() throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (RawWebSocket socket = RawWebSocket.connect(port)) {
      NullClient client = login(socket);
      client.key(true, 'a');
      await().until(() -> input.last().events().size() == 1);
      input.last().client().pauseInput();
      await().untilAsserted(() -> assertThat(input.last().events()).containsExactly("key +61 0"));
      socket.send(
          concat(
              socket.frame(0x82, NullClient.keyMessage(false, 'a')),
              socket.frame(0x82, NullClient.keyMessage(true, 'b')),
              socket.frame(0x88, (byte) 3, (byte) 0xe8),
              socket.frame(0x82, NullClient.keyMessage(true, 'c'))));
      assertThat(input.last().events()).hasSize(1);
      input.last().client().resumeInput();
      await().until(() -> input.last().events().contains("close"));
      assertThat(input.last().events())
          .containsExactly("key +61 0", "key -61 0", "key +62 0", "close");
      assertThat(socket.readClose()).isEqualTo("03e8");
      assertThat(socket.isClosedByServer()).isTrue();
    }
  }

  private static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  @Test
  void aRefusedClientIsToldByRfbAndThenByAClose() throws IOException {
    serve(WebOptions.defaults(), VncAuthentication.ofPassword("secret"));
    try (RawWebSocket socket = RawWebSocket.connect(port)) {
      NullClient client = socket.rfb();
      assertThat(client.authenticate("wrong")).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("authentication failed");
      assertThat(socket.readClose()).isEqualTo("03e8");
      socket.sendFrame(0x88, (byte) 3, (byte) 0xe8);
      assertThat(socket.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aClientThatTheServerEndsGetsAClose() throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (RawWebSocket socket = RawWebSocket.connect(port)) {
      login(socket);
      await().until(() -> server.clients().size() == 1);
      server.disconnect(server.clients().get(0).id(), "enough");
      assertThat(socket.readClose()).isEqualTo("03e8");
      assertThat(socket.isClosedByServer()).isTrue();
    }
  }

  @Test
  void anIdleWebSocketIsPinged() throws IOException {
    serve(
        WebOptions.defaults()
            .withLimits(WebLimits.defaults().withPingInterval(Duration.ofMillis(50))),
        NONE);
    try (RawWebSocket socket = RawWebSocket.connect(port)) {
      assertThat(socket.readFrame().opcode()).isEqualTo(RawWebSocket.BINARY);
      assertThat(socket.readFrame().opcode()).isEqualTo(RawWebSocket.PING);
      assertThat(socket.readFrame().opcode()).isEqualTo(RawWebSocket.PING);
    }
  }

  @Test
  void aFloodOfPingsIsNotAnsweredOneByOne() throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (RawWebSocket socket = RawWebSocket.connect(port)) {
      byte[] pings = new byte[0];
      for (int i = 0; i < 100; i++) {
        pings = concat(pings, socket.frame(0x89, new byte[] {(byte) i}));
      }
      socket.send(pings);
      RawWebSocket.Frame frame = socket.readFrame();
      while (!frame.hex().equals("63")) {
        frame = socket.readFrame();
      }
      assertThat(socket.frames()).isLessThan(50);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'02 02 0102', 03ea",
    "'82 ff 7fffffffffffffff 00000000', 03f1",
    "'89 fe 0100 00000000', 03ea",
    "'81 81 00000000 41', 03eb",
    "'ff ff ff ff ff ff', 03ea",
  })
  void aBrokenFrameEndsThatConnectionAndNoOther(String hex, String close) throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (NullClient other = login(RawWebSocket.connect(port));
        RawWebSocket broken = RawWebSocket.connect(port)) {
      login(broken);
      broken.send(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
      assertThat(broken.readClose()).isEqualTo(close);
      assertThat(broken.isClosedByServer()).isTrue();
      desktop.fill(0, 0, 100, 50, 0x123456);
      other.readUntilSame(desktop);
      await().until(() -> server.clients().size() == 1);
    }
  }

  @Test
  void aPageOfAnotherOriginMayNotConnect() throws IOException {
    serve(WebOptions.defaults(), NONE);
    for (String origin :
        List.of(
            "http://evil.example",
            "http://127.0.0.1:" + (port == 1 ? 2 : 1),
            "http://127.0.0.1",
            "null",
            "http://127.0.0.1:" + port + ".evil.example")) {
      try (RawWebSocket client = RawWebSocket.open(port)) {
        assertThat(client.upgrade("Origin: " + origin)).as(origin).startsWith("HTTP/1.1 403 ");
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
    try (RawWebSocket client = RawWebSocket.open(port)) {
      assertThat(client.upgrade("Origin: http://127.0.0.1:" + port)).startsWith("HTTP/1.1 101 ");
    }
    assertThat(input.recordings()).isEmpty();
  }

  @Test
  void anOriginThatIsListedMayConnect() throws IOException {
    serve(
        WebOptions.defaults().withOrigins(OriginPolicy.of(Set.of("https://console.example"))),
        NONE);
    try (RawWebSocket listed = RawWebSocket.open(port);
        RawWebSocket same = RawWebSocket.open(port)) {
      assertThat(listed.upgrade("Origin: https://console.example")).startsWith("HTTP/1.1 101 ");
      assertThat(same.upgrade("Origin: http://127.0.0.1:" + port)).startsWith("HTTP/1.1 403 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: dG9vIHNob3J0",
        "Sec-WebSocket-Key: !!!!",
      })
  void aHandshakeThatIsNoneIsRefused(String second) throws IOException {
    serve(WebOptions.defaults(), NONE);
    try (RawWebSocket client = RawWebSocket.open(port)) {
      assertThat(client.upgrade(second))
          .startsWith("HTTP/1.1 400 ")
          .containsIgnoringCase("Sec-WebSocket-Version: 13");
    }
  }
}
