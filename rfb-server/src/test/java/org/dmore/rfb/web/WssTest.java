package org.dmore.rfb.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.dmore.rfb.LeakExtension;
import org.dmore.rfb.Listener;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** RFB in WebSockets in TLS, beside RFB without. */
@ExtendWith(LeakExtension.class)
class WssTest {
  @TempDir Path folder;

  private final MemoryDesktop desktop = new MemoryDesktop(600, 400);
  private RfbServer server;
  private int port;
  private int viewerPort;

  @BeforeEach
  void serve() throws IOException {
    server = RfbServer.builder().desktop(desktop).security(new NoAuthentication()).build();
    WebOptions options =
        WebOptions.defaults()
            .withTls(
                ServerCertificates.orSelfSigned(
                    new CertificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem")),
                    List.of("localhost")));
    port =
        server
            .listen(
                Listener.web(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options))
            .getPort();
    viewerPort = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawWebSocket connect() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new TrustEveryone()}, null);
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.startHandshake();
    return new RawWebSocket(socket);
  }

  @Test
  void pixelsPassThroughTlsAndTheConnectionIsKnownToBeEncrypted() throws Exception {
    try (RawWebSocket socket = connect();
        NullClient viewer = NullClient.connect(viewerPort)) {
      assertThat(socket.upgrade("Origin: https://127.0.0.1:" + port)).startsWith("HTTP/1.1 101 ");
      NullClient client = socket.rfb();
      client.version("003.008");
      client.choose(1);
      client.init(true);
      for (int i = 0; i < 5; i++) {
        desktop.fill(i * 50, 10, 200, 200, 0x334455 * i);
        client.readUntilSame(desktop);
        viewer.readUntilSame(desktop);
      }
      assertThat(server.clients())
          .extracting(info -> info.transport())
          .containsExactlyInAnyOrder("wss", "tcp");
      server.disconnect(
          server.clients().stream()
              .filter(info -> info.transport().equals("wss"))
              .findFirst()
              .orElseThrow()
              .id(),
          "enough");
      assertThat(socket.readClose()).isEqualTo("03e8");
    }
  }

  @Test
  void aPlainRequestIsSentToTls() throws IOException {
    try (RawWebSocket page = RawWebSocket.open(port);
        RawWebSocket socket = RawWebSocket.open(port)) {
      assertThat(page.request("GET /?secret HTTP/1.1", "Host: console.example"))
          .startsWith("HTTP/1.1 308 ")
          .containsIgnoringCase("Location: https://console.example/\r\n");
      assertThat(socket.upgrade()).startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void aHandshakeThatIsNoneIsCut() throws IOException {
    try (RawWebSocket client = RawWebSocket.open(port)) {
      client.send(new byte[] {0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9, 1, 2, 3});
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThatThrownBy(
            () -> {
              SSLContext tls = SSLContext.getInstance("TLS");
              tls.init(null, null, null);
              try (SSLSocket socket =
                  (SSLSocket)
                      tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.startHandshake();
              }
            })
        .isInstanceOf(SSLException.class);
  }

  private static final class TrustEveryone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
