package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.UserList;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.RsaKeyFile;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityTypesTest {
  @TempDir Path home;

  private final UserList users = new UserList(List.of(new UserList.User(Identity.full("a"), "b")));

  private static List<String> names(SecurityTypes types) {
    return types.build().stream().map(SecurityType::name).toList();
  }

  @Test
  void theStrongestComesFirst() throws Exception {
    SecurityTypes types =
        new SecurityTypes()
            .users(users)
            .passwords("a"::toCharArray, "b"::toCharArray)
            .everyone(Identity.viewOnly(""))
            .anonymousTls()
            .rsaKey(RsaKeyFile.orMade(home.resolve("rsa")));
    assertThat(names(types))
        .containsExactly("RA2_256", "RA2", "VeNCrypt", "RA2ne_256", "RA2ne", "VncAuth", "None");
    types.certificates(
        ServerCertificates.orSelfSigned(
            new CertificateFiles(home.resolve("c"), home.resolve("k")), List.of("localhost")));
    assertThat(names(types)).startsWith("VeNCrypt", "RA2_256", "RA2", "RA2ne_256");
    assertThat(names(types.encryptedOnly())).containsExactly("VeNCrypt", "RA2_256", "RA2");
  }

  @Test
  void usersAloneComeInWhereTheTransportIsEncryptedAndNowhereElse() {
    SecurityType type = new SecurityTypes().users(users).build().get(0);
    ConnectionInfo bare = ConnectionInfo.plain(new InetSocketAddress(1));
    assertThat(type.isOfferedTo(bare)).isFalse();
    assertThat(type.isOfferedTo(ConnectionInfo.webSocket(bare.address(), true))).isTrue();
  }

  @Test
  void passwordsAloneAreVncAuthentication() {
    assertThat(names(new SecurityTypes().passwords("a"::toCharArray, "b"::toCharArray)))
        .containsExactly("VncAuth");
  }

  @Test
  void aServerThatNobodyCouldEnterIsToldOf() {
    assertThatThrownBy(() -> new SecurityTypes().build()).hasMessageContaining("nobody");
    assertThatThrownBy(
            () ->
                new SecurityTypes()
                    .passwords("a"::toCharArray, "b"::toCharArray)
                    .encryptedOnly()
                    .build())
        .hasMessageContaining("nobody");
  }
}
