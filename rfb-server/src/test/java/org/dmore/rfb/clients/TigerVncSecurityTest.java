package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Identity;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.UserList;
import org.dmore.rfb.security.VeNCrypt;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TigerVNC's viewer, of whose TLS is GnuTLS, by each security type that it has. */
@Peer(value = "TigerVNC viewer", aptPackage = "tigervnc-viewer")
class TigerVncSecurityTest extends ViewerTest {
  private static final String USER = "alice";

  @Override
  String program() {
    return "xtigervncviewer";
  }

  @Override
  String aptPackage() {
    return "tigervnc-viewer";
  }

  private Path certificate() {
    return home.resolve("server.pem");
  }

  private SecurityType[] everything() throws IOException {
    VncAuthentication vnc = VncAuthentication.ofPassword(PASSWORD);
    NoAuthentication none = new NoAuthentication();
    VeNCrypt veNCrypt =
        VeNCrypt.builder()
            .certificates(
                ServerCertificates.orSelfSigned(
                    new CertificateFiles(certificate(), home.resolve("server.key")),
                    List.of("localhost", "127.0.0.1")))
            .anonymous()
            .users(new UserList(List.of(new UserList.User(Identity.full(USER), PASSWORD))))
            .vnc(vnc)
            .none(none)
            .build();
    return new SecurityType[] {veNCrypt, vnc, none};
  }

  private void view(int port, String password, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "VNC_USERNAME=" + USER,
                "VNC_PASSWORD=" + password,
                program(),
                "-Shared",
                "-MenuKey=",
                "-X509CA=" + certificate()));
    command.addAll(List.of(options));
    command.add("localhost::" + port);
    screen.start(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "None",
        "VncAuth",
        "TLSNone",
        "TLSVnc",
        "TLSPlain",
        "X509None",
        "X509Vnc",
        "X509Plain"
      })
  @Feature("security: {0}")
  void showsTheDesktopFollowsItAndTypes(String type) throws Exception {
    int port = serve(everything());
    view(port, PASSWORD, "-SecurityTypes=" + type);
    Place place = awaitDesktop(Accuracy.EXACT);
    assertThat(server().clients())
        .extracting(ClientInfo::security, client -> client.identity().name())
        .containsExactly(tuple(type, type.endsWith("Plain") ? USER : ""));
    passesInputOn(place, KEYS);
    followsChanges(Accuracy.EXACT);
    save(type);
  }

  @Test
  void takesTheStrongestByItself() throws Exception {
    int port = serve(everything());
    view(port, PASSWORD);
    awaitDesktop(Accuracy.EXACT);
    assertThat(server().clients()).extracting(ClientInfo::security).containsExactly("X509Plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VncAuth", "TLSVnc", "TLSPlain", "X509Plain"})
  void isToldThatItsPasswordIsWrong(String type) throws Exception {
    int port = serve(everything());
    view(port, "falsch", "-SecurityTypes=" + type);
    await().untilAsserted(() -> assertThat(screen.output("env")).contains("authentication failed"));
  }
}
