package org.dmore.rfb.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.util.io.pem.PemObject;
import org.dmore.rfb.RfbServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates from files, by real handshakes of the JDK's client. */
class ServerCertificatesTest {
  @TempDir Path home;

  private final IoEventLoopGroup group = RfbServer.newEventLoopGroup(1, "tls-test");
  private final List<Channel> accepted = new CopyOnWriteArrayList<>();
  private Channel listener;

  @AfterEach
  void stop() {
    if (listener != null) {
      listener.close().syncUninterruptibly();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private CertificateFiles files(String name) {
    return new CertificateFiles(home.resolve(name + ".pem"), home.resolve(name + ".key"));
  }

  private CertificateFiles made(String name, String... hosts) throws IOException {
    SelfSigned.create(files(name), List.of(hosts));
    return files(name);
  }

  private int serve(ServerCertificates certificates) {
    Class<? extends ServerChannel> type =
        group.isIoType(NioIoHandler.class)
            ? NioServerSocketChannel.class
            : EpollServerSocketChannel.class;
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                    channel.pipeline().addLast(certificates.newHandler(channel.alloc()));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Trusts whatever it is shown; tests look at it. */
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

  private record Seen(X509Certificate certificate, String protocol, String suite) {
    String fingerprint() throws GeneralSecurityException {
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }
  }

  @Test
  void aClientThatRenegotiatesGetsNoSecondSignature() throws Exception {
    int port = serve(ServerCertificates.of(List.of(made("one", "localhost"))));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Credulous()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      socket.getSession().invalidate(); // or else it would be taken up again, without a signature
      socket.startHandshake();
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SSLException.class);
    }
  }

  private static Seen handshake(int port, String host, String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Credulous()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      if (!host.isEmpty()) {
        parameters.setServerNames(List.of(new SNIHostName(host)));
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new Seen(
          (X509Certificate) socket.getSession().getPeerCertificates()[0],
          socket.getSession().getProtocol(),
          socket.getSession().getCipherSuite());
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3,GCM", "TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_"})
  void theFirstRunMakesACertificateThatIsKept(String protocol, String suite) throws Exception {
    List<String> names = List.of("console.example", "localhost", "127.0.0.1", "::1");
    ServerCertificates first = ServerCertificates.orSelfSigned(files("own"), names);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files("own").key())))
        .isEqualTo("rw-------");
    ServerCertificates second = ServerCertificates.orSelfSigned(files("own"), names);
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    Seen seen = handshake(serve(second), "", protocol);
    assertThat(seen.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(seen.protocol()).isEqualTo(protocol);
    assertThat(seen.suite()).contains(suite);
    seen.certificate().checkValidity();
    assertThat(seen.certificate().getSubjectAlternativeNames().toString())
        .isEqualTo("[[2, console.example], [2, localhost], [7, 127.0.0.1], [7, 0:0:0:0:0:0:0:1]]");
    assertThat(home.toFile().list()).hasSize(2);
  }

  @Test
  void aNewCertificateIsTakenWithoutARestartAndABadOneIsNot() throws Exception {
    CertificateFiles shown = made("shown", "a.example");
    ServerCertificates certificates = ServerCertificates.of(List.of(shown));
    String before = certificates.fingerprint();
    int port = serve(certificates);
    assertThat(handshake(port, "", "TLSv1.3").fingerprint()).isEqualTo(before);

    CertificateFiles next = made("next", "a.example");
    Files.move(next.chain(), shown.chain(), StandardCopyOption.REPLACE_EXISTING);
    // Half of the pair is there: certificate and key do not belong together.
    assertThat(handshake(port, "", "TLSv1.3").fingerprint()).isEqualTo(before);
    Files.move(next.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
    String after = handshake(port, "", "TLSv1.3").fingerprint();
    assertThat(after).isNotEqualTo(before).isEqualTo(certificates.fingerprint());

    Files.writeString(shown.chain(), "no certificate");
    assertThat(handshake(port, "", "TLSv1.2").fingerprint()).isEqualTo(after);
    Files.delete(shown.key());
    assertThat(handshake(port, "", "TLSv1.3").fingerprint()).isEqualTo(after);
  }

  @Test
  void noTicketFollowsTheHandshakeOfTls13() throws Exception {
    int port = serve(ServerCertificates.of(List.of(made("a", "a.example"))));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Credulous()}, null);
    try (Socket bare = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket =
            (SSLSocket) context.getSocketFactory().createSocket(bare, "a.example", port, true)) {
      bare.setSoTimeout(10_000);
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      for (Channel connection : accepted) {
        connection.pipeline().get(SslHandler.class).handshakeFuture().syncUninterruptibly();
        connection.close().syncUninterruptibly();
      }
      // What is left in the socket is close_notify, encrypted; a ticket would not fit.
      assertThat(bare.getInputStream().readAllBytes()).hasSizeLessThan(64);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,0",
    "B.example,1",
    "vm7.c.example,2",
    "x.vm7.c.example,0",
    "c.example,0",
    "'',0"
  })
  void theHostThatIsAskedForDecides(String host, int which) throws Exception {
    List<CertificateFiles> all =
        List.of(made("a", "a.example"), made("b", "b.example"), made("c", "*.c.example"));
    int port = serve(ServerCertificates.of(all));
    assertThat(handshake(port, host, "TLSv1.3").certificate())
        .isEqualTo(KeyMaterial.load(all.get(which)).certificate());
  }

  @Test
  void keysOfEachUsualFormAreRead() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey rsa = generator.generateKeyPair().getPrivate();
    String pkcs1 = SelfSigned.pem(new JcaMiscPEMGenerator(rsa));
    assertThat(pkcs1).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(PemFiles.key(Files.writeString(home.resolve("rsa"), pkcs1))).isEqualTo(rsa);

    generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    ECPrivateKey ec = (ECPrivateKey) generator.generateKeyPair().getPrivate();
    // As openssl writes it, with the curve's name within.
    String sec1 =
        SelfSigned.pem(
            new PemObject(
                "EC PRIVATE KEY",
                new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256, ec.getS(), SECObjectIdentifiers.secp256r1)
                    .getEncoded()));
    assertThat(((ECPrivateKey) PemFiles.key(Files.writeString(home.resolve("ec"), sec1))).getS())
        .isEqualTo(ec.getS());
    made("pkcs8", "a");
    assertThat(Files.readString(files("pkcs8").key())).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(PemFiles.key(files("pkcs8").key()).getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void filesThatCannotBeUsedAreToldOfWithWhatToDo() throws Exception {
    CertificateFiles a = made("a", "a");
    CertificateFiles b = made("b", "b");
    assertThatThrownBy(
            () -> ServerCertificates.of(List.of(new CertificateFiles(a.chain(), b.key()))))
        .hasMessageContaining("b.key does not belong to")
        .hasMessageContaining("a.pem");
    assertThatThrownBy(() -> ServerCertificates.of(List.of(new CertificateFiles(a.key(), a.key()))))
        .hasMessageContaining("a.key has no certificate");
    assertThatThrownBy(
            () -> ServerCertificates.of(List.of(new CertificateFiles(a.chain(), a.chain()))))
        .hasMessageContaining("a.pem has no private key");
    assertThatThrownBy(() -> ServerCertificates.of(List.of(files("missing"))))
        .hasMessageContaining("missing.pem does not exist");
    Files.delete(a.key());
    // Half a pair is no first run: nothing of the user's is overwritten.
    assertThatThrownBy(() -> ServerCertificates.orSelfSigned(a, List.of("a")))
        .hasMessageContaining("a.key does not exist");
    Files.writeString(a.chain(), "x".repeat(2 << 20));
    assertThatThrownBy(() -> ServerCertificates.of(List.of(a))).hasMessageContaining("limit=");
  }
}
