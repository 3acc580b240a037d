package org.dmore.rfb.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Identity;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** VeNCrypt by clients of other makes of TLS, and by clients that mean harm. */
class VeNCryptTest {
  private static final byte[] KEY_A = {4, 1, 0, 0, 0, 0, 0, 'a'};

  private final MemoryDesktop desktop = new MemoryDesktop(300, 200);
  private final RecordingInput input = new RecordingInput();
  private final UserList users =
      new UserList(
          List.of(
              new UserList.User(Identity.full("alice"), "wunderland"),
              new UserList.User(Identity.viewOnly("bob"), "baumeister")));

  @TempDir Path home;
  private ServerCertificates certificates;
  private RfbServer server;
  private int port;

  @BeforeEach
  void makeCertificate() throws IOException {
    certificates =
        ServerCertificates.orSelfSigned(
            new CertificateFiles(home.resolve("cert.pem"), home.resolve("key.pem")),
            List.of("localhost"));
    desktop.scribble(new Random(7), 0, 0, 300, 200);
  }

  private VeNCrypt.Builder everything() {
    return VeNCrypt.builder()
        .certificates(certificates)
        .anonymous()
        .users(users)
        .vnc(VncAuthentication.ofPassword("geheim"))
        .none(new NoAuthentication());
  }

  private void serve(RfbLimits limits, SecurityType... types) throws IOException {
    server =
        RfbServer.builder().desktop(desktop).input(input).security(types).limits(limits).build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  private void serve() throws IOException {
    serve(RfbLimits.defaults(), everything().build());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** As far as the list of subtypes. */
  private NullClient open(List<Integer> offered) throws IOException {
    NullClient client = NullClient.open(port);
    client.version("003.008");
    assertThat(client.in().readUnsignedShort()).isEqualTo(0x0113);
    client.send((byte) 19);
    assertThat(client.in().readUnsignedShort()).isEqualTo(0x0002);
    client.send(new byte[] {0, 2});
    assertThat(client.in().readUnsignedByte()).isZero();
    int count = client.in().readUnsignedByte();
    for (int i = 0; i < count; i++) {
      offered.add(client.in().readInt());
    }
    return client;
  }

  private NullClient choose(int subtype) throws IOException {
    NullClient client = open(new ArrayList<>());
    client.send(new byte[] {0, 0, (byte) (subtype >> 8), (byte) subtype});
    return client;
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private SSLSocket encrypt(NullClient client, String protocol) throws Exception {
    assertThat(client.in().readUnsignedByte()).isEqualTo(1);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Credulous()}, null);
    SSLSocket tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(client.socket(), "localhost", port, true);
    tls.setEnabledProtocols(new String[] {protocol});
    tls.startHandshake();
    client.upgrade(tls.getInputStream(), tls.getOutputStream());
    return tls;
  }

  /** What gtk-vnc (DH) and TigerVNC (ECDH too) offer, by Bouncy Castle's client. */
  private static final class AnonymousClient extends AbstractTlsClient {
    private final int[] suites;

    AnonymousClient(int... suites) {
      super(new JcaTlsCryptoProvider().create(new SecureRandom()));
      this.suites = suites;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return suites;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.TLSv12.only();
    }

    @Override
    public TlsAuthentication getAuthentication() throws IOException {
      throw new IOException("the server sent a certificate");
    }
  }

  private static TlsClientProtocol encryptAnonymously(NullClient client, int... suites)
      throws IOException {
    assertThat(client.in().readUnsignedByte()).isEqualTo(1);
    TlsClientProtocol tls =
        new TlsClientProtocol(client.socket().getInputStream(), client.socket().getOutputStream());
    tls.connect(new AnonymousClient(suites));
    client.upgrade(tls.getInputStream(), tls.getOutputStream());
    return tls;
  }

  private static byte[] plain(String user, String password) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] secret = password.getBytes(StandardCharsets.UTF_8);
    out.writeInt(name.length);
    out.writeInt(secret.length);
    out.write(name);
    out.write(secret);
    return bytes.toByteArray();
  }

  private static void answerChallenge(NullClient client, String password) throws IOException {
    byte[] challenge = new byte[16];
    client.in().readFully(challenge);
    client.send(
        VncAuthentication.response(password.getBytes(StandardCharsets.US_ASCII), challenge));
  }

  private void authenticate(NullClient client, String name) throws IOException {
    if (name.endsWith("Plain")) {
      client.send(plain("alice", "wunderland"));
    } else if (name.endsWith("Vnc")) {
      answerChallenge(client, "geheim");
    }
    assertThat(client.in().readInt()).isZero();
  }

  private void use(NullClient client, String security) throws IOException {
    client.init(true);
    client.readUntilSame(desktop);
    client.send(KEY_A);
    await().until(() -> input.last().events("key").size() == 1);
    desktop.fill(10, 10, 280, 150, 0x778899);
    client.readUntilSame(desktop);
    assertThat(server.clients()).extracting(ClientInfo::security).containsExactly(security);
  }

  @Test
  void theStrongestIsOfferedFirstAndPlainNeverBare() throws IOException {
    serve();
    List<Integer> offered = new ArrayList<>();
    open(offered).close();
    assertThat(offered).containsExactly(262, 259, 261, 258, 260, 257);
  }

  @Test
  void whoComesInWithoutAPasswordIsNotForgivenItsGuesses() throws IOException {
    serve(
        RfbLimits.builder().maxAuthenticationFailures(2).firstBlock(Duration.ofHours(1)).build(),
        everything().build());
    for (int i = 0; i < 2; i++) {
      try (NullClient guess = choose(259)) {
        encryptAnonymously(guess, CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256);
        guess.send(plain("alice", "guess"));
        assertThat(guess.in().readInt()).isEqualTo(1);
      }
      if (i == 0) {
        try (NullClient guest = choose(257)) {
          encryptAnonymously(guest, CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256);
          assertThat(guest.in().readInt()).isZero();
        }
      }
    }
    try (NullClient blocked = NullClient.open(port)) {
      blocked.version("003.008");
      assertThat(blocked.in().readUnsignedByte()).isZero();
      assertThat(blocked.readString()).contains("too many failed authentications");
    }
  }

  @Test
  void whatIsSentInPlaceOfTlsIsNotLogged() throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("org.dmore");
    log.start();
    logger.addAppender(log);
    try {
      serve();
      try (NullClient client = choose(260)) {
        assertThat(client.in().readUnsignedByte()).isEqualTo(1);
        client.send("x".repeat(8000).getBytes(StandardCharsets.US_ASCII));
        assertThat(client.isClosedByServer()).isTrue();
      }
      await().until(() -> server.clients().isEmpty());
      server.close();
      assertThat(log.list)
          .map(ILoggingEvent::getFormattedMessage)
          .anyMatch(line -> line.contains("encryption"))
          .allMatch(line -> line.length() < 500);
    } finally {
      logger.detachAppender(log);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "262,X509Plain,TLSv1.3",
    "262,X509Plain,TLSv1.2",
    "261,X509Vnc,TLSv1.3",
    "260,X509None,TLSv1.2"
  })
  void x509IsUsedFromFirstPixelToLastKey(int subtype, String name, String protocol)
      throws Exception {
    serve();
    try (NullClient client = choose(subtype);
        SSLSocket tls = encrypt(client, protocol)) {
      assertThat(tls.getSession().getProtocol()).isEqualTo(protocol);
      authenticate(client, name);
      use(client, name);
    }
    await().until(() -> server.clients().isEmpty());
    assertThat(input.last().events()).endsWith("close");
  }

  @ParameterizedTest
  @CsvSource({
    "257,TLSNone,0x00A6", // DH_anon AES_128_GCM
    "258,TLSVnc,0xC018", // ECDH_anon AES_128_CBC
    "259,TLSPlain,0x00A7",
    "259,TLSPlain,0xC019"
  })
  void anonymousTlsIsUsedFromFirstPixelToLastKey(int subtype, String name, String suite)
      throws Exception {
    serve();
    try (NullClient client = choose(subtype)) {
      TlsClientProtocol tls = encryptAnonymously(client, Integer.decode(suite));
      authenticate(client, name);
      use(client, name);
      tls.close();
    }
    await().until(() -> server.clients().isEmpty());
    assertThat(input.last().events()).endsWith("close");
  }

  @Test
  void rightsAreTheUsersOwn() throws Exception {
    serve();
    try (NullClient client = choose(262)) {
      encrypt(client, "TLSv1.3");
      client.send(plain("bob", "baumeister"));
      assertThat(client.in().readInt()).isZero();
      client.init(true);
      client.send(KEY_A);
      client.readUntilSame(desktop);
      assertThat(input.recordings()).allSatisfy(it -> assertThat(it.events("key")).isEmpty());
      assertThat(server.clients())
          .extracting(ClientInfo::identity)
          .containsExactly(Identity.viewOnly("bob"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alice,baumeister",
    "bob,''",
    "'',wunderland",
    "carol,wunderland",
    "alice,Wunderland"
  })
  void aWrongNameOrPasswordIsRejectedWithAReasonWithinTls(String user, String password)
      throws Exception {
    serve();
    try (NullClient client = choose(262)) {
      encrypt(client, "TLSv1.3");
      client.send(plain(user, password));
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("authentication failed");
      // An end that TLS vouches for; a bare one would be an exception.
      assertThat(client.in().read()).isEqualTo(-1);
    }
  }

  @Test
  void failuresWithinAnonymousTlsEndWithAReasonToo() throws Exception {
    serve();
    try (NullClient client = choose(258)) {
      encryptAnonymously(client, CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256);
      answerChallenge(client, "falsch");
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("authentication failed");
      assertThat(client.in().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256, 263, 265, 0xffff})
  void aSubtypeThatWasNotOfferedIsRefused(int subtype) throws IOException {
    serve(RfbLimits.builder().maxAuthenticationFailures(1).build(), everything().build());
    for (int i = 0; i < 2; i++) { // and not held against the address
      try (NullClient client = choose(subtype)) {
        assertThat(client.in().readInt()).isEqualTo(1);
        assertThat(client.readString()).contains("subtype=" + subtype + " was not offered");
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001", "0000", "0003", "0100", "ffff"})
  void anotherVersionIsRefused(String version) throws IOException {
    serve();
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      client.in().readFully(new byte[2]);
      client.send((byte) 19);
      client.in().readFully(new byte[2]);
      client.send(java.util.HexFormat.of().parseHex(version));
      assertThat(client.in().readUnsignedByte()).isEqualTo(0xff);
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).contains("use 0.2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {262, 257})
  void garbageInsteadOfTlsEndsThatConnectionAndNoOther(int subtype) throws Exception {
    serve();
    byte[] garbage = new byte[100_000];
    new Random(subtype).nextBytes(garbage);
    // A record's header that looks right, with a handshake that is none.
    byte[] plausible = Arrays.copyOf(new byte[] {22, 3, 1, 0x3f, 0, 1, 0, 0x3e}, 20_000);
    for (byte[] hostile : List.of(garbage, plausible, new byte[1000])) {
      try (NullClient client = choose(subtype)) {
        assertThat(client.in().readUnsignedByte()).isEqualTo(1);
        try {
          client.send(hostile);
        } catch (IOException closedAlready) {
          // as it should be
        }
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
    await().until(() -> server.clients().isEmpty());
    try (NullClient client = choose(260)) {
      encrypt(client, "TLSv1.3");
      authenticate(client, "None");
      use(client, "X509None");
    }
  }

  @Test
  void changedBytesWithinTlsEndTheConnection() throws Exception {
    serve();
    for (int subtype : new int[] {260, 257}) {
      try (NullClient client = choose(subtype)) {
        if (subtype == 260) {
          encrypt(client, "TLSv1.2");
        } else {
          encryptAnonymously(client, CipherSuite.TLS_ECDH_anon_WITH_AES_128_CBC_SHA);
        }
        assertThat(client.in().readInt()).isZero();
        client.init(true);
        client.readUntilSame(desktop);
        // A record of application data that the keys do not fit.
        byte[] forged = new byte[5 + 64];
        System.arraycopy(new byte[] {23, 3, 3, 0, 64}, 0, forged, 0, 5);
        client.socket().getOutputStream().write(forged);
        await().until(() -> server.clients().isEmpty());
        assertThat(input.last().events()).containsExactly("close");
      }
    }
  }

  @Test
  void aHandshakeOfTlsThatNeverComesHitsTheDeadline() throws Exception {
    serve(
        RfbLimits.builder().handshakeTimeout(Duration.ofMillis(300)).build(), everything().build());
    for (int subtype : new int[] {262, 259}) {
      try (NullClient client = choose(subtype)) {
        assertThat(client.in().readUnsignedByte()).isEqualTo(1);
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1025,0", "0,1025", "-1,3", "3,-1"})
  void lengthsBeyondTheLimitAreRefusedBeforeTheyAreRead(int user, int password) throws Exception {
    serve();
    try (NullClient client = choose(262)) {
      encrypt(client, "TLSv1.3");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(user);
      out.writeInt(password);
      client.send(bytes.toByteArray());
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void everyByteMayComeAlone() throws Exception {
    serve();
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      client.in().readFully(new byte[2]);
      for (byte b : new byte[] {19, 0, 2, 0, 0, 1, 6}) {
        client.send(b);
      }
      client.in().readFully(new byte[2 + 1 + 1 + 6 * 4]);
      encrypt(client, "TLSv1.3");
      for (byte b : plain("alice", "wunderland")) {
        client.send(b);
      }
      assertThat(client.in().readInt()).isZero();
      use(client, "X509Plain");
    }
  }

  @Test
  void theClientHelloMayComeTogetherWithTheChoice() throws Exception {
    serve();
    try (NullClient client = open(new ArrayList<>())) {
      // The hello is made before it may be sent.
      TlsClientProtocol tls = new TlsClientProtocol();
      tls.connect(
          new DefaultTlsClient(new JcaTlsCryptoProvider().create(new SecureRandom())) {
            @Override
            public TlsAuthentication getAuthentication() throws IOException {
              throw new IOException("far enough");
            }
          });
      byte[] both = new byte[4 + tls.getAvailableOutputBytes()];
      both[2] = 1;
      both[3] = 6;
      tls.readOutput(both, 4, both.length - 4);
      client.send(both);
      assertThat(client.in().readUnsignedByte()).isEqualTo(1);
      // The server's handshake record: the hello has passed through TLS.
      assertThat(client.in().readUnsignedByte()).isEqualTo(22);
    }
  }

  @Test
  void nothingToOfferIsToldOf() {
    assertThatThrownBy(() -> VeNCrypt.builder().anonymous().build())
        .hasMessageContaining("nothing to offer");
  }
}
