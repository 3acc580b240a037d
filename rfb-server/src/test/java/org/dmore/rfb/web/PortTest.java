package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.dmore.rfb.LeakExtension;
import org.dmore.rfb.Listener;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which protocol a port takes a connection for, from whom, and how long it waits. */
@ExtendWith(LeakExtension.class)
class PortTest {
  private static final WebLimits SHORT =
      WebLimits.defaults().withRequestTimeout(Duration.ofMillis(200));

  private final MemoryDesktop desktop = new MemoryDesktop(200, 100);
  private RfbServer server;

  @BeforeEach
  void build() {
    server = RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private int shared(WebLimits limits) throws IOException {
    return server
        .listen(Listener.rfbAndWeb(loopback(), WebOptions.defaults().withLimits(limits)))
        .getPort();
  }

  /** As long as no test takes, so that a slow machine is not taken for a viewer. */
  private static final WebLimits PATIENT =
      WebLimits.defaults().withViewerPatience(Duration.ofMinutes(5));

  private int web(WebLimits limits) throws IOException {
    return server
        .listen(Listener.web(loopback(), WebOptions.defaults().withLimits(limits)))
        .getPort();
  }

  @Test
  void aSharedPortServesViewersAndWebSockets() throws IOException {
    int port = shared(WebLimits.defaults().withViewerPatience(Duration.ofSeconds(2)));
    try (NullClient viewer = NullClient.connect(port);
        RawWebSocket browser = RawWebSocket.connect(port)) {
      viewer.readUntilSame(desktop);
      NullClient inBrowser = browser.rfb();
      inBrowser.version("003.008");
      inBrowser.choose(1);
      inBrowser.init(true);
      inBrowser.readUntilSame(desktop);
      assertThat(server.clients())
          .extracting(info -> info.transport())
          .containsExactly("tcp", "websocket");
    }
  }

  @Test
  void severalPortsServeTheSameDesktop() throws IOException {
    int first = server.start(loopback()).getPort();
    int second = server.start(loopback()).getPort();
    try (NullClient one = NullClient.connect(first);
        NullClient two = NullClient.connect(second)) {
      one.readUntilSame(desktop);
      two.readUntilSame(desktop);
    }
  }

  @Test
  void aViewerThatSpeaksFirstIsNotKeptWaiting() throws IOException {
    try (NullClient viewer = NullClient.open(shared(PATIENT))) {
      viewer.send("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII));
      viewer.in().readFully(new byte[12]);
      viewer.choose(1);
      viewer.init(true);
      viewer.readUntilSame(desktop);
    }
  }

  @Test
  void aRequestByteByByteIsARequest() throws IOException {
    try (RawWebSocket browser = RawWebSocket.open(shared(PATIENT))) {
      for (byte b :
          "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        browser.send(b);
      }
      assertThat(browser.readHead()).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void noiseOnASharedPortIsRefused() throws IOException {
    int port = shared(PATIENT);
    for (byte first : new byte[] {0, 'x', (byte) 0xff}) {
      try (RawWebSocket noise = RawWebSocket.open(port)) {
        noise.send(new byte[] {first, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        assertThat(noise.isClosedByServer()).isTrue();
      }
    }
    await().until(() -> server.clients().isEmpty());
  }

  @Test
  void whereAllPlacesAreTakenTheConnectionThatIsThereLongestGivesWay() {
    Lobby lobby = new Lobby(2, Duration.ZERO);
    EmbeddedChannel first = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    EmbeddedChannel third = new EmbeddedChannel();
    assertThat(lobby.enter(first)).isTrue();
    assertThat(lobby.enter(second)).isTrue();
    assertThat(lobby.enter(third)).isTrue();
    first.runPendingTasks();
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(third.isOpen()).isTrue();
    assertThat(lobby.size()).isEqualTo(2);
    Lobby patient = new Lobby(1);
    assertThat(patient.enter(second)).isTrue();
    assertThat(patient.enter(third)).isFalse();
    assertThat(second.isOpen()).isTrue();
  }

  @Test
  void aConnectionThatIsResetBeforeItSpeaksIsClosedWithoutAWord() {
    PortSniffer sniffer =
        new PortSniffer(
            new PortSniffer.Choices(http -> {}, tls -> {}, other -> {}, silent -> {}),
            Duration.ofMinutes(5));
    EmbeddedChannel channel = new EmbeddedChannel(sniffer);
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    channel.checkException(); // throws what came to the pipeline's end
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void tlsWhereThereIsNoneIsRefused() throws IOException {
    try (RawWebSocket client = RawWebSocket.open(shared(PATIENT))) {
      client.send(HexFormat.of().parseHex("16030100050100000100"));
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "})
  void aRequestThatDoesNotEndIsCut(String beginning) throws IOException {
    try (RawWebSocket slow = RawWebSocket.open(web(SHORT))) {
      slow.send(beginning.getBytes(StandardCharsets.US_ASCII));
      assertThat(slow.isClosedByServer()).isTrue();
    }
  }

  @Test
  void connectionsThatAreNoSessionAreBounded() throws IOException {
    int port = web(WebLimits.defaults().withMaxConnections(2));
    try (RawWebSocket first = RawWebSocket.open(port);
        RawWebSocket second = RawWebSocket.open(port)) {
      // Both are known to be in by their answers.
      assertThat(first.request("GET /nowhere HTTP/1.1", "Host: x")).startsWith("HTTP/1.1 404 ");
      assertThat(second.request("GET /nowhere HTTP/1.1", "Host: x")).startsWith("HTTP/1.1 404 ");
      try (RawWebSocket third = RawWebSocket.open(port)) {
        assertThat(third.isClosedByServer()).isTrue();
      }
      // One that becomes a session makes room.
      first.readBody("content-length: 10\r");
      assertThat(first.upgrade()).startsWith("HTTP/1.1 101 ");
      try (RawWebSocket third = RawWebSocket.open(port)) {
        assertThat(third.request("GET /nowhere HTTP/1.1", "Host: x")).startsWith("HTTP/1.1 404 ");
      }
    }
  }

  // ---- HTTP

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST / HTTP/1.1|Host: x|405",
        "HEAD / HTTP/1.1|Host: x|405",
        "GET / HTTP/1.1|X: y|400",
        "GET / HTTP/1.1|Host: x/../y|400",
        "GET / HTTP/1.1|Host: user@x|400",
        "GET /../../etc/passwd HTTP/1.1|Host: x|404",
        "GET /novnc/../page/index.html HTTP/1.1|Host: x|404",
        "GET /%2e%2e/index.html HTTP/1.1|Host: x|404",
        "GET //index.html HTTP/1.1|Host: x|404",
        "GET /websockify HTTP/1.1|Host: x|426",
        "GET / HTTP/1.1|Host: x;Content-Length: 5;;hello|413",
        "GET / HTTP/1.1|Host: x;Host: x|400",
        "nonsense|Host: x|400",
      })
  void aRequestThatIsNotOursIsRefused(String line, String header, int status) throws IOException {
    try (RawWebSocket client = RawWebSocket.open(web(WebLimits.defaults()))) {
      assertThat(client.request(line, header.replace(";", "\r\n")))
          .startsWith("HTTP/1.1 " + status + " ")
          .containsIgnoringCase("X-Content-Type-Options: nosniff")
          .contains("frame-ancestors 'none'");
    }
  }

  @Test
  void tooLongALineAndTooManyHeadersAreRefused() throws IOException {
    int port = web(WebLimits.defaults());
    try (RawWebSocket line = RawWebSocket.open(port);
        RawWebSocket headers = RawWebSocket.open(port)) {
      assertThat(line.request("GET /" + "x".repeat(5000) + " HTTP/1.1", "Host: x"))
          .startsWith("HTTP/1.1 414 ");
      assertThat(headers.request("GET / HTTP/1.1", "Host: x", "X: " + "y".repeat(20_000)))
          .startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void aNameThatIsNoneOfThisServersIsRefused() throws IOException {
    int port =
        server
            .listen(
                Listener.web(
                    loopback(),
                    WebOptions.defaults().withHosts(java.util.Set.of("Console.example"))))
            .getPort();
    for (List<String> nameAndStatus :
        List.of(
            List.of("console.example:" + port, "426"),
            List.of("CONSOLE.EXAMPLE", "426"),
            List.of("rebound.example:" + port, "421"))) {
      try (RawWebSocket client = RawWebSocket.open(port)) {
        assertThat(client.request("GET /websockify HTTP/1.1", "Host: " + nameAndStatus.get(0)))
            .startsWith("HTTP/1.1 " + nameAndStatus.get(1) + " ");
      }
    }
  }

  // ---- PROXY

  private static final ProxyPolicy LOOPBACK = ProxyPolicy.trusting("127.0.0.0/8", "::1");

  private Socket proxied(Listener listener, byte[] header) throws IOException {
    int port = server.listen(listener.behind(LOOPBACK)).getPort();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(header);
    return socket;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void assertViewer(Socket socket, String address) throws IOException {
    try (NullClient viewer =
        NullClient.within(socket, socket.getInputStream(), socket.getOutputStream())) {
      viewer.version("003.008");
      viewer.choose(1);
      viewer.init(true);
      viewer.readUntilSame(desktop);
      assertThat(server.clients())
          .singleElement()
          .satisfies(info -> assertThat(info.address()).hasToString(address));
    }
    await().until(() -> server.clients().isEmpty());
  }

  @Test
  void aProxyTellsItsClientsAddressInVersion1() throws IOException {
    assertViewer(
        proxied(Listener.rfb(loopback()), ascii("PROXY TCP4 192.0.2.7 198.51.100.1 4711 5900\r\n")),
        "/192.0.2.7:4711");
    assertViewer(
        proxied(
            Listener.rfb(loopback()), ascii("PROXY TCP6 2001:db8::7 2001:db8::1 4711 5900\r\n")),
        "/[2001:db8:0:0:0:0:0:7]:4711");
  }

  /** Signature, version and command, family, length, addresses, ports, and a TLV to be ignored. */
  private static byte[] version2(String command, String family, String addresses) {
    String tlvs = "04000400000000";
    String body = addresses + tlvs;
    return HexFormat.of()
        .parseHex(
            "0d0a0d0a000d0a515549540a"
                + command
                + family
                + String.format("%04x", body.length() / 2)
                + body);
  }

  @Test
  void aProxyTellsItsClientsAddressInVersion2() throws IOException {
    assertViewer(
        proxied(
            Listener.rfb(loopback()), version2("21", "11", "c0000207" + "c6336401" + "1267170c")),
        "/192.0.2.7:4711");
    assertViewer(
        proxied(
            Listener.rfb(loopback()),
            version2(
                "21",
                "21",
                "20010db8000000000000000000000007"
                    + "20010db8000000000000000000000001"
                    + "12671700")),
        "/[2001:db8:0:0:0:0:0:7]:4711");
  }

  @Test
  void aProxyOnItsOwnAccountHasItsOwnAddress() throws IOException {
    Socket local = proxied(Listener.rfb(loopback()), version2("20", "00", ""));
    assertViewer(local, "/127.0.0.1:" + local.getLocalPort());
    Socket unknown = proxied(Listener.rfb(loopback()), ascii("PROXY UNKNOWN\r\n"));
    assertViewer(unknown, "/127.0.0.1:" + unknown.getLocalPort());
  }

  @Test
  void behindAProxyASharedPortServesWebSocketsToo() throws IOException {
    Socket socket =
        proxied(
            Listener.rfbAndWeb(loopback(), WebOptions.defaults().withLimits(PATIENT)),
            ascii("PROXY TCP4 192.0.2.7 198.51.100.1 4711 5900\r\n"));
    try (RawWebSocket browser = new RawWebSocket(socket)) {
      assertThat(browser.upgrade()).startsWith("HTTP/1.1 101 ");
      await().until(() -> server.clients().size() == 1);
      assertThat(server.clients().get(0).address()).hasToString("/192.0.2.7:4711");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RFB 003.008\nRFB 003.008\n",
        "PROXY TCP4 192.0.2.777 198.51.100.1 4711 5900\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 471100 5900\r\n",
        "PROXY TCP9 192.0.2.7 198.51.100.1 4711 5900\r\n",
        "PROXY ",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      })
  void withoutARightHeaderNoOneGetsIn(String header) throws IOException {
    WebOptions options = WebOptions.defaults().withLimits(SHORT);
    try (RawWebSocket client =
        new RawWebSocket(proxied(Listener.rfbAndWeb(loopback(), options), ascii(header)))) {
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(server.clients()).isEmpty();
  }

  @Test
  void aVersion2HeaderThatClaimsToBeLongIsRefused() throws IOException {
    byte[] header = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111ffff" + "00".repeat(2000));
    try (RawWebSocket client = new RawWebSocket(proxied(Listener.rfb(loopback()), header))) {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void whoIsNoTrustedProxyIsRefusedWhateverItSays() throws IOException {
    int port =
        server
            .listen(
                Listener.rfb(loopback())
                    .behind(ProxyPolicy.trusting("192.0.2.0/24", "2001:db8::/32", "198.51.100.9")))
            .getPort();
    try (RawWebSocket client = RawWebSocket.open(port)) {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "proxy.example", "10.0.0.0/x", "10.0.0.0/-1", ""})
  void aProxyThatIsNoAddressIsNamed(String network) {
    assertThatThrownBy(() -> ProxyPolicy.trusting(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("proxy=" + network);
  }
}
