package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.SecurityTypes;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.FileStore;
import org.dmore.vdev.access.TestClock;
import org.dmore.vdev.access.TestIssuer;
import org.dmore.vdev.audit.Audit;
import org.dmore.vdev.bench.DeviceBench;
import org.dmore.vdev.bench.LogRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Viewers with tokens and one-time passwords, on a console that dom0 commands. */
class ConsoledAccessTest {
  private static final TestIssuer ISSUER = new TestIssuer("k1", "dc1");

  @TempDir Path folder;
  private final TestClock clock = new TestClock(TestIssuer.NOW.minusSeconds(60));
  private final List<String> audit = new CopyOnWriteArrayList<>();
  private final List<NullClient> clients = new ArrayList<>();
  private DeviceBench bench;

  @BeforeEach
  void open() throws Exception {
    bench =
        new DeviceBench(
            ports ->
                new Consoled(
                    ConsoledConfig.builder("web1", "").webPort(0).maxClients(40).build(),
                    ConsoleSecurity.of(access()),
                    new Audit(audit::add, "web1", Clock.systemUTC(), System::nanoTime),
                    ports));
    clock.advance(Duration.ofSeconds(60));
    ok(ControlMessage.TOKEN_KEYS, Map.of("keys", ISSUER.key().format()));
  }

  private AccessControl access() {
    return new AccessControl(
        AccessSettings.ofPassword("").withTokens("web1", List.of()),
        new FileStore(folder.resolve("access")),
        clock);
  }

  @AfterEach
  void close() throws IOException {
    for (NullClient client : clients) {
      client.close();
    }
    bench.close();
  }

  private Map<String, String> ok(String verb, Map<String, String> arguments) throws Exception {
    ControlMessage reply = bench.command(verb, arguments);
    assertThat(reply.verb()).as(reply.format()).isEqualTo("ok");
    return reply.arguments();
  }

  private String error(String verb, Map<String, String> arguments) throws Exception {
    ControlMessage reply = bench.command(verb, arguments);
    assertThat(reply.verb()).as(reply.format()).isEqualTo("error");
    return reply.text("message");
  }

  private void oneTime(String id, String password, String right) throws Exception {
    Map<String, String> arguments =
        Map.of("id", id, "password", password, "right", right, "seconds", "60");
    assertThat(ok(ControlMessage.ONE_TIME, arguments)).containsKey("waiting");
  }

  private String token(String id, String right) {
    return ISSUER.token(ISSUER.claims(id, right, clock.instant()));
  }

  private String once(String id) {
    Map<String, Object> claims = ISSUER.claims(id, "control", clock.instant());
    claims.put("uses", 1);
    return ISSUER.token(claims);
  }

  /** Upgrades to a WebSocket as a program does; returns the status. */
  private static int upgrade(Socket socket, String token) throws IOException {
    String request =
        "GET /websockify HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: binary\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n";
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("after: " + head);
      }
      head.append((char) c);
    }
    return Integer.parseInt(head.substring(9, 12));
  }

  private int webPort() {
    return bench.consoled().webAddress().orElseThrow().getPort();
  }

  private int statusOf(String token) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), webPort())) {
      return upgrade(socket, token);
    }
  }

  /** A viewer by VNC Authentication; it is closed at the end. */
  private NullClient viewer(String password) throws IOException {
    NullClient client = NullClient.open(bench.consoled().address().getPort());
    clients.add(client);
    assertThat(client.authenticate(password)).isZero();
    client.init(true);
    return client;
  }

  private int resultOf(String password) throws IOException {
    try (NullClient client = NullClient.open(bench.consoled().address().getPort())) {
      return client.authenticate(password);
    }
  }

  private ClientInfo client(String credential) {
    return bench.consoled().server().clients().stream()
        .filter(
            client ->
                client.identity().credential().filter(c -> c.id().equals(credential)).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private List<String> audit(String event) {
    return audit.stream().filter(line -> line.contains("\"event\":\"" + event + "\"")).toList();
  }

  @Test
  void aOneTimePasswordLetsAPlainViewerInOnce() throws Exception {
    oneTime("otp-1", "abcd1234", "control");
    NullClient viewer = viewer("abcd1234");
    assertThat(resultOf("abcd1234")).isEqualTo(1);
    await()
        .atMost(DeviceBench.SOON)
        .untilAsserted(
            () ->
                assertThat(ok(ControlMessage.SESSIONS, Map.of()))
                    .containsEntry("count", "1")
                    .hasEntrySatisfying(
                        "session-1",
                        session ->
                            assertThat(session)
                                .matches(
                                    "address=127\\.0\\.0\\.1:\\d+;right=control;control=true;"
                                        + "since=2\\S+Z;idle=\\d+;credential=otp-1;user=")));
    assertThat(viewer.width()).isPositive();
    assertThat(ok(ControlMessage.STATUS, Map.of())).containsEntry("sessions", "1");
    assertThat(error(ControlMessage.DISCONNECT, Map.of("session", "99"))).contains("session=99");
    assertThat(ok(ControlMessage.DISCONNECT, Map.of("session", "1"))).isEmpty();
    assertThat(viewer.isClosedByServer()).isTrue();
    assertThat(ok(ControlMessage.SESSIONS, Map.of())).containsEntry("count", "0");
  }

  @Test
  void aPasswordIsNeitherLoggedNorLeftInXenstore() throws Exception {
    try (LogRecorder log = new LogRecorder()) {
      oneTime("otp-1", "hush1234", "view");
      assertThat(
              error(
                  ControlMessage.ONE_TIME,
                  Map.of("id", "o", "password", "hush", "right", "view", "seconds", "60")))
          .contains("8 characters");
      assertThat(log.problems()).isNotEmpty().noneMatch(line -> line.contains("hush"));
    }
    String node = "/local/domain/" + bench.domR().id() + "/" + ControlNodes.ONLY.command();
    assertThat(bench.store().read(node).orElseThrow())
        .contains("one-time")
        .contains("characters:4")
        .doesNotContain("hush");
    assertThat(audit).isNotEmpty().noneMatch(line -> line.contains("hush"));
    assertThat(audit("one-time")).singleElement().asString().contains("\"credential\":\"otp-1\"");
  }

  @Test
  void whoMayOnlyLookTypesNothing() throws Exception {
    bench.connectAll();
    oneTime("otp-v", "view1234", "view");
    oneTime("otp-c", "ctrl1234", "control");
    NullClient looks = viewer("view1234");
    NullClient types = viewer("ctrl1234");
    looks.key(true, 'x');
    looks.key(false, 'x');
    looks.request(false);
    looks.readUpdate(); // what was sent before is handled
    types.key(true, 'a');
    types.key(false, 'a');
    await().atMost(DeviceBench.SOON).until(() -> bench.consumed() == 2);
    assertThat(bench.guest().pressed()).containsExactly(30);
  }

  @Test
  void aBrowsersTokenIsTakenAndOneThatIsNotIsToldWithItsReason() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), webPort())) {
      assertThat(upgrade(socket, token("token-01", "power"))).isEqualTo(101);
    }
    Map<String, Object> other = ISSUER.claims("token-02", "view");
    other.put("aud", "console:web2");
    assertThat(statusOf(ISSUER.token(other))).isEqualTo(401);
    assertThat(statusOf(token("token-03", "view") + "A")).isEqualTo(401);
    assertThat(audit("refused")).hasSize(2);
    assertThat(audit("refused").get(0))
        .contains("\"address\":\"127.0.0.1\"", "\"reason\":\"token-other-vm\"")
        .contains("\"credential\":\"token-02\"");
    assertThat(audit("refused").get(1)).doesNotContain("token-03");
  }

  @Test
  void ofManyBrowsersWithOneTokenOfASingleUseOneIsLetIn() throws Exception {
    String token = once("token-01");
    int browsers = 4; // beyond which the address would be blocked
    CyclicBarrier start = new CyclicBarrier(browsers);
    ExecutorService threads = Executors.newFixedThreadPool(browsers);
    try {
      Callable<Integer> browser =
          () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), webPort())) {
              start.await(10, TimeUnit.SECONDS);
              return upgrade(socket, token);
            }
          };
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> one :
          threads.invokeAll(java.util.Collections.nCopies(browsers, browser))) {
        statuses.add(one.get());
      }
      assertThat(statuses).containsExactlyInAnyOrder(101, 401, 401, 401);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void sessionsEndWithWhatLetThemIn() throws Exception {
    oneTime("otp-1", "aaaa1111", "view");
    NullClient first = viewer("aaaa1111");
    clock.advance(Duration.ofSeconds(10));
    oneTime("otp-2", "bbbb2222", "view");
    NullClient second = viewer("bbbb2222");
    oneTime("otp-3", "cccc3333", "view");
    NullClient third = viewer("cccc3333");
    assertThat(ok(ControlMessage.REVOKE, Map.of("id", "otp-2"))).containsEntry("sessions", "1");
    assertThat(second.isClosedByServer()).isTrue();
    String before = Long.toString(clock.instant().getEpochSecond());
    assertThat(ok(ControlMessage.REVOKE, Map.of("before", before))).containsEntry("sessions", "1");
    assertThat(first.isClosedByServer()).isTrue();
    assertThat(client("otp-3").state()).isEqualTo(ClientInfo.State.RUNNING);
    assertThat(third.width()).isPositive();
    assertThat(audit("revoked"))
        .satisfiesExactly(
            line -> assertThat(line).endsWith("\"credential\":\"otp-2\",\"sessions\":1}"),
            line -> assertThat(line).endsWith("\"before\":" + before + ",\"sessions\":1}"));
    assertThat(error(ControlMessage.REVOKE, Map.of())).contains("id=ID, before=TIME, or user=");
    assertThat(error(ControlMessage.REVOKE, Map.of("id", "otp-3", "user", "ann")))
        .contains("id=ID, before=TIME, or user=");
    assertThat(error(ControlMessage.REVOKE, Map.of("user", "ann"))).contains("before=TIME");
    assertThat(error(ControlMessage.REVOKE, Map.of("before", "99999999999")))
        .contains("is yet to come");
  }

  @Test
  void aUsersSessionsEndWithWhatTheUserWasGiven() throws Exception {
    Map<String, String> pass =
        Map.of("id", "otp-1", "password", "aaaa1111", "right", "view", "seconds", "60");
    Map<String, String> anns = new HashMap<>(pass);
    anns.put("user", "ann b");
    ok(ControlMessage.ONE_TIME, anns);
    Map<String, String> others = new HashMap<>(pass);
    others.putAll(Map.of("id", "otp-2", "password", "bbbb2222", "user", "ann"));
    ok(ControlMessage.ONE_TIME, others);
    NullClient first = viewer("aaaa1111");
    NullClient second = viewer("bbbb2222");
    assertThat(client("otp-1").identity().name()).isEqualTo("ann b");
    assertThat(ok(ControlMessage.SESSIONS, Map.of()).toString()).contains("user=ann b");
    clock.advance(Duration.ofSeconds(2));
    String before = Long.toString(clock.instant().getEpochSecond());
    Map<String, String> revocation = Map.of("user", "ann b", "before", before);
    assertThat(ok(ControlMessage.REVOKE, revocation)).containsEntry("sessions", "1");
    assertThat(first.isClosedByServer()).isTrue();
    assertThat(client("otp-2").state()).isEqualTo(ClientInfo.State.RUNNING);
    assertThat(second.width()).isPositive();
    assertThat(audit("revoked"))
        .singleElement()
        .asString()
        .endsWith("\"user\":\"ann b\",\"before\":" + before + ",\"sessions\":1}");
  }

  /** A browser's token is looked at long before RFB knows whose the session is. */
  @Test
  void whoIsRevokedBetweenTheTokenAndTheDesktopDoesNotStay() throws Exception {
    BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    WebSocket browser =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("binary")
            .header("Authorization", "Bearer " + token("token-01", "control"))
            .buildAsync(
                URI.create("ws://127.0.0.1:" + webPort() + "/websockify"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onBinary(
                      WebSocket from, ByteBuffer data, boolean last) {
                    heard.add(data.remaining());
                    return WebSocket.Listener.super.onBinary(from, data, last);
                  }

                  @Override
                  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                    heard.add(-1);
                    return null;
                  }

                  @Override
                  public void onError(WebSocket from, Throwable problem) {
                    heard.add(-1);
                  }
                })
            .get(10, TimeUnit.SECONDS);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(12);
    assertThat(ok(ControlMessage.REVOKE, Map.of("id", "token-01"))).containsEntry("sessions", "0");
    byte[][] handshake = {"RFB 003.008\n".getBytes(StandardCharsets.US_ASCII), {1}, {1}};
    for (byte[] part : handshake) {
      browser.sendBinary(ByteBuffer.wrap(part), true).get(10, TimeUnit.SECONDS);
    }
    await().atMost(DeviceBench.SOON).until(() -> heard.contains(-1));
    // the browser hears of the end before the server has put the session away
    await().atMost(DeviceBench.SOON).until(() -> bench.consoled().server().clients().isEmpty());
    await().atMost(DeviceBench.SOON).until(() -> !audit("disconnect").isEmpty());
    assertThat(audit("disconnect"))
        .singleElement()
        .asString()
        .contains("\"reason\":\"what it was let in by is revoked\"");
    browser.abort();
  }

  @Test
  void aLongListOfSessionsComesInPages() throws Exception {
    int viewers = 25;
    Map<String, String> pass =
        Map.of(
            "id",
            "otp-many",
            "password",
            "many1234",
            "right",
            "view",
            "seconds",
            "60",
            "uses",
            "99");
    assertThat(ok(ControlMessage.ONE_TIME, pass)).containsEntry("waiting", "1");
    for (int i = 0; i < viewers; i++) {
      viewer("many1234");
    }
    List<String> sessions = new ArrayList<>();
    Map<String, String> page = ok(ControlMessage.SESSIONS, Map.of());
    int pages = 1;
    while (true) {
      assertThat(page).containsEntry("count", Integer.toString(viewers));
      page.keySet().stream().filter(name -> name.startsWith("session-")).forEach(sessions::add);
      if (!page.containsKey("more")) {
        break;
      }
      page = ok(ControlMessage.SESSIONS, Map.of("after", page.get("more")));
      pages++;
    }
    assertThat(pages).isGreaterThan(1);
    assertThat(sessions).hasSize(viewers).doesNotHaveDuplicates();
  }

  @Test
  void keysOfIssuersComeAndGoByCommand() throws Exception {
    assertThat(ok(ControlMessage.TOKEN_KEYS, Map.of())).containsEntry("keys", "k1");
    assertThat(error(ControlMessage.TOKEN_KEYS, Map.of("keys", "k2:dc1:AAAA")))
        .contains("key-id=k2");
    assertThat(statusOf(token("token-01", "view"))).isEqualTo(101);
    TestIssuer next = new TestIssuer("k2", "dc1");
    assertThat(ok(ControlMessage.TOKEN_KEYS, Map.of("keys", next.key().format())))
        .containsEntry("keys", "k2");
    assertThat(statusOf(token("token-02", "view"))).isEqualTo(401);
    assertThat(statusOf(next.token(next.claims("token-03", "view")))).isEqualTo(101);
    assertThat(ok(ControlMessage.TOKEN_KEYS, Map.of("keys", ""))).containsEntry("keys", "");
  }

  @Test
  void theNextConsoledKnowsKeysUsesAndRevocationsAndTellsThatItBegan() throws Exception {
    String used = once("token-01");
    assertThat(statusOf(used)).isEqualTo(101);
    assertThat(ok(ControlMessage.REVOKE, Map.of("id", "token-02"))).containsKey("sessions");
    oneTime("otp-1", "aaaa1111", "view");
    Instant before = Instant.now();
    bench.restartConsoled();
    assertThat(statusOf(used)).isEqualTo(401);
    assertThat(statusOf(token("token-02", "view"))).isEqualTo(401);
    assertThat(statusOf(token("token-03", "view"))).isEqualTo(101);
    assertThat(resultOf("aaaa1111")).isEqualTo(1); // it was in memory alone, and is gone
    assertThat(audit("refused"))
        .extracting(line -> line.replaceAll(".*\"reason\":\"([a-z-]+)\".*", "$1"))
        .containsExactly("token-used", "token-revoked", "wrong-password");
    String started =
        bench
            .store()
            .read("/local/domain/" + bench.domR().id() + "/" + ControlNodes.ONLY.started())
            .orElseThrow();
    assertThat(started).endsWith(" memory=kept");
    assertThat(Instant.parse(started.replaceAll(" .*", "")))
        .isAfterOrEqualTo(before.truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
  }

  @Test
  void theAuditHasAViewersDayInOrder() throws Exception {
    oneTime("otp-1", "aaaa1111", "control");
    NullClient viewer = viewer("aaaa1111");
    bench.connectAll();
    assertThat(ok(ControlMessage.PASTE, Map.of("text", "hush"))).containsEntry("total", "4");
    await().atMost(DeviceBench.SOON).until(() -> !audit("paste-end").isEmpty());
    assertThat(ok(ControlMessage.DETACH, Map.of())).isNotEmpty();
    assertThat(ok(ControlMessage.REATTACH, Map.of())).isNotEmpty();
    viewer.close();
    await().atMost(DeviceBench.SOON).until(() -> !audit("disconnect").isEmpty());
    assertThat(audit)
        .extracting(line -> line.replaceAll(".*\"event\":\"([a-z-]+)\".*", "$1"))
        .containsExactly(
            "started",
            "issuer-keys",
            "one-time",
            "connect",
            "granted",
            "paste",
            "paste-end",
            "move",
            "move",
            "disconnect");
    assertThat(audit).noneMatch(line -> line.contains("hush") || line.contains("aaaa1111"));
    assertThat(audit("granted").get(0))
        .contains("\"credential\":\"otp-1\",\"right\":\"control\",\"transport\":\"tcp\"");
    assertThat(audit("disconnect").get(0))
        .contains("\"credential\":\"otp-1\",\"granted\":true,\"reason\":\"closed by the client\"");
    for (int i = 0; i < audit.size(); i++) {
      assertThat(audit.get(i)).contains("\"n\":" + (i + 1) + ",");
    }
  }

  /** The token as the password of VeNCrypt's Plain, on a connection that is encrypted. */
  @Test
  void aTokenIsThePasswordOfAViewerThatSpeaksVeNCrypt() throws Exception {
    bench.killConsoled();
    AccessControl access = access();
    Path certificate = folder.resolve("certificate.pem");
    ServerCertificates certificates =
        ServerCertificates.orSelfSigned(
            new CertificateFiles(certificate, folder.resolve("certificate.key")),
            List.of("localhost"));
    ConsoleSecurity security =
        new ConsoleSecurity(
            access,
            new SecurityTypes().certificates(certificates).users(access).build(),
            Optional.empty(),
            Optional.of(certificates));
    try (Consoled consoled =
        new Consoled(ConsoledConfig.forGuest("web1", ""), security, bench.domR().openPorts())) {
      consoled.start();
      assertThat(plain(consoled, certificate, "token", token("token-01", "view"))).isZero();
      assertThat(plain(consoled, certificate, "ann", token("token-02", "view"))).isEqualTo(1);
      assertThat(plain(consoled, certificate, "token", "nonsense")).isEqualTo(1);
    }
  }

  private static int plain(Consoled consoled, Path certificate, String user, String password)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "console", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    int port = consoled.address().getPort();
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      client.choose(19);
      assertThat(client.in().readUnsignedShort()).isEqualTo(2);
      client.send((byte) 0, (byte) 2);
      assertThat(client.in().readUnsignedByte()).isZero();
      int[] offered = new int[client.in().readUnsignedByte()];
      for (int i = 0; i < offered.length; i++) {
        offered[i] = client.in().readInt();
      }
      assertThat(offered).containsExactly(262);
      client.send((byte) 0, (byte) 0, (byte) 1, (byte) 6);
      assertThat(client.in().readUnsignedByte()).isEqualTo(1);
      SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(client.socket(), "localhost", port, true);
      tls.startHandshake();
      client.upgrade(tls.getInputStream(), tls.getOutputStream());
      DataOutputStream out = new DataOutputStream(tls.getOutputStream());
      out.writeInt(user.length());
      out.writeInt(password.length());
      out.write((user + password).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return client.in().readInt();
    }
  }
}
