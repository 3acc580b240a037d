package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeysTest {
  @TempDir private Path folder;
  private HostKeys.KeyFiles authority;

  @BeforeEach
  void makeAuthority() throws IOException {
    authority = HostKeys.makeAuthority(folder);
  }

  private HostKeys.KeyFiles alice() throws IOException {
    return HostKeys.issue(folder, "alice", Role.OPERATOR, List.of());
  }

  private static X509Certificate certificate(HostKeys.KeyFiles files) throws IOException {
    return new PemFile(files.certificate()).certificates().get(0);
  }

  @Test
  void aHostsCertificateIsForItsNameRoleAndAddressesAndOfTheAuthority() throws Exception {
    X509Certificate host =
        certificate(
            HostKeys.issue(
                folder, "alpha", Role.HOST, List.of("10.0.0.1", "alpha.example", "fd00::1")));

    host.verify(certificate(authority).getPublicKey());
    assertThat(CertificateSubject.callerOf(host)).isEqualTo(Caller.of("alpha", Role.HOST));
    assertThat(host.getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .containsExactly("10.0.0.1", "alpha.example", "fd00:0:0:0:0:0:0:1");
    assertThat(host.getBasicConstraints()).isEqualTo(-1);
    assertThat(((ECPublicKey) host.getPublicKey()).getParams().getCurve().getField().getFieldSize())
        .isEqualTo(256);
    assertThat(host.getExtendedKeyUsage()).hasSize(2);
    assertThat(certificate(authority).getBasicConstraints()).isZero();
  }

  @Test
  void keysAreTheirOwnersAloneToRead() throws Exception {
    for (Path key : List.of(authority.key(), alice().key())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void nothingIsWrittenOver() throws Exception {
    HostKeys.KeyFiles first = alice();
    String key = Files.readString(first.key());
    String ca = Files.readString(authority.key());

    assertThatThrownBy(this::alice).hasMessageContaining("is there already");
    assertThatThrownBy(() -> HostKeys.makeAuthority(folder))
        .hasMessageContaining("file=" + authority.key() + " is there already");

    assertThat(first.key()).hasContent(key);
    assertThat(authority.key()).hasContent(ca);
  }

  @Test
  void aKeyWhoseCertificateCannotBeWrittenIsNotLeftBehind() throws Exception {
    Path inTheWay = Files.writeString(folder.resolve("alice.pem"), "mine");
    assertThatThrownBy(this::alice).hasMessageContaining("file=" + inTheWay);
    assertThat(folder.resolve("alice.key")).doesNotExist();
    assertThat(inTheWay).hasContent("mine");
  }

  @Test
  void withoutAnAuthorityNothingIsIssued() {
    Path empty = folder.resolve("empty");
    assertThatThrownBy(() -> HostKeys.issue(empty, "a", Role.VIEWER, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("file=" + empty.resolve("ca.key") + " does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ca", "a b", "../a", "a/b", ".a", "CN=a", "\u00e4"})
  void aNameThatCannotBeOneIsRefused(String name) {
    assertThatThrownBy(() -> HostKeys.issue(folder, name, Role.VIEWER, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name=" + name);
  }

  @Test
  void aHostNeedsAnAddressThatIsOne() {
    assertThatThrownBy(() -> HostKeys.issue(folder, "a", Role.HOST, List.of()))
        .hasMessageContaining("needs an address");
    for (String wrong : List.of("a b", "300.1.1.1", "*", "x:y", "http://a")) {
      assertThatThrownBy(() -> HostKeys.issue(folder, "a", Role.HOST, List.of(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("address=" + wrong);
    }
  }

  // ---- reading them

  @Test
  void whatWasIssuedCanBeRead() throws Exception {
    assertThat(alice().read()).isNotNull();
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    HostKeys.KeyFiles files = alice();
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(files::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("file=" + files.key() + " is a key that others may use")
        .hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(files.read()).isNotNull();
  }

  @Test
  void aFileThatIsMissingOrEmptyOrTooLongIsNamed() throws Exception {
    HostKeys.KeyFiles files = alice();
    Path nowhere = folder.resolve("nowhere");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path huge = Files.write(folder.resolve("huge.pem"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> ApiCredentials.read(nowhere, files.certificate(), files.authority()))
        .hasMessage("file=" + nowhere + " does not exist");
    assertThatThrownBy(() -> ApiCredentials.read(files.key(), empty, files.authority()))
        .hasMessageContaining("file=" + empty + " has no certificate");
    assertThatThrownBy(() -> ApiCredentials.read(files.key(), files.certificate(), huge))
        .hasMessageContaining("file=" + huge + " bytes=1048577");
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> ApiCredentials.read(empty, files.certificate(), files.authority()))
        .hasMessageContaining("file=" + empty + " has no private key");
  }

  @Test
  void aCertificateThatIsOverOrYetToComeIsRefused() throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    HostKeys.KeyFiles old =
        HostKeys.issue(
            folder, "old", Role.VIEWER, List.of(), now.minus(day.multipliedBy(2)), now.minus(day));
    HostKeys.KeyFiles early =
        HostKeys.issue(
            folder, "early", Role.VIEWER, List.of(), now.plus(day), now.plus(day.multipliedBy(2)));
    assertThatThrownBy(old::read)
        .hasMessageContaining("file=" + old.certificate() + " has a certificate that has expired")
        .hasMessageContaining("CN=old");
    assertThatThrownBy(early::read).hasMessageContaining("is not valid yet");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    HostKeys.KeyFiles files = alice();
    assertThatThrownBy(
            () -> ApiCredentials.read(authority.key(), files.certificate(), files.authority()))
        .hasMessage(
            "file=%s is not the key of the first certificate in file=%s"
                .formatted(authority.key(), files.certificate()));
  }
}
