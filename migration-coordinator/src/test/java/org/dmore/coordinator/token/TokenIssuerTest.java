package org.dmore.coordinator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.dmore.rfb.Identity;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.access.IssuerKey;
import org.dmore.vdev.access.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of the issuing side, on the side that checks them, which shares no code with it. */
class TokenIssuerTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final ConnectionInfo FROM =
      ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

  private final TokenIssuer issuer = TokenIssuer.withNewKey("dc1", CLOCK);
  private final List<String> refusals = new ArrayList<>();

  private Optional<Identity> show(String token, String vm) {
    AccessControl access =
        new AccessControl(
            AccessSettings.ofPassword("").withTokens(vm, List.of(issuer.publicKey())),
            MemoryStore.none(),
            Clock.offset(CLOCK, Duration.ofSeconds(-10)));
    access.onRefusal((address, why, id) -> refusals.add(why.text()));
    return access.verify(token, FROM).toCompletableFuture().join();
  }

  private static TokenRequest request(ConsoleRight right) {
    return new TokenRequest("web1", right, Duration.ofMinutes(10), OptionalInt.of(1), "ann");
  }

  @Test
  void anIssuedTokenOpensItsVmsConsoleAndNoOther() {
    for (ConsoleRight right : ConsoleRight.values()) {
      IssuedToken token = issuer.issue(request(right));
      Identity identity = show(token.text(), "web1").orElseThrow();
      assertThat(identity.name()).isEqualTo("ann");
      assertThat(identity.rights()).isEqualTo(right.rights());
      assertThat(identity.credential().orElseThrow().id()).isEqualTo(token.id());
      assertThat(token.expires()).isEqualTo(NOW.plusSeconds(600));
      assertThat(token.toString()).doesNotContain(token.text());
    }
    assertThat(show(issuer.issue(request(ConsoleRight.VIEW)).text(), "web2")).isEmpty();
    assertThat(refusals).containsExactly("token-other-vm");
  }

  @Test
  void anyoneWithAJoseLibraryReadsIt() throws Exception {
    SignedJWT token = SignedJWT.parse(issuer.issue(request(ConsoleRight.CONTROL)).text());
    assertThat(token.verify(new ECDSAVerifier(issuer.publicKey().key()))).isTrue();
    JWTClaimsSet claims = token.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("dc1");
    assertThat(claims.getAudience()).containsExactly("console:web1");
    assertThat(claims.getSubject()).isEqualTo("ann");
    assertThat(claims.getIssueTime()).isEqualTo(NOW);
    assertThat(claims.getNotBeforeTime()).isEqualTo(NOW);
    assertThat(claims.getExpirationTime()).isEqualTo(NOW.plusSeconds(600));
    assertThat(claims.getIntegerClaim("uses")).isEqualTo(1);
  }

  /** What the library makes of the same claims with other algorithms and keys. */
  @Test
  void tokensOfAnotherMakeAreRefused() throws Exception {
    JWTClaimsSet claims =
        SignedJWT.parse(issuer.issue(request(ConsoleRight.POWER)).text()).getJWTClaimsSet();
    assertThat(show(new PlainJWT(claims).serialize(), "web1")).isEmpty();

    SignedJWT hmac =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("console+jwt"))
                .keyID(issuer.publicKey().id())
                .build(),
            claims);
    hmac.sign(new MACSigner(issuer.publicKey().key().getEncoded()));
    assertThat(show(hmac.serialize(), "web1")).isEmpty();

    ECKey larger = new ECKeyGenerator(Curve.P_384).keyID(issuer.publicKey().id()).generate();
    SignedJWT otherCurve =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(new JOSEObjectType("console+jwt"))
                .keyID(larger.getKeyID())
                .build(),
            claims);
    otherCurve.sign(new ECDSASigner(larger));
    assertThat(show(otherCurve.serialize(), "web1")).isEmpty();

    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID(issuer.publicKey().id()).generate();
    SignedJWT ownKey =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("console+jwt"))
                .keyID(stranger.getKeyID())
                .jwk(stranger.toPublicJWK())
                .build(),
            claims);
    ownKey.sign(new ECDSASigner(stranger));
    assertThat(show(ownKey.serialize(), "web1")).isEmpty();
    assertThat(refusals)
        .containsExactly("token-header", "token-header", "token-header", "token-malformed");
    assertThatThrownBy(() -> new TokenIssuer("dc1", larger, CLOCK))
        .hasMessageContaining("not of P-256");
  }

  @Test
  void noTwoTokensHaveTheSameId() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      assertThat(ids.add(issuer.issue(request(ConsoleRight.VIEW)).id())).isTrue();
    }
  }

  @Test
  void aRequestThatCannotBeSaysAllThatIsWrong() {
    assertThatThrownBy(
            () ->
                new TokenRequest(
                    " ", ConsoleRight.VIEW, Duration.ofDays(2), OptionalInt.of(0), "a\nb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vm is not")
        .hasMessageContaining("lifetime=172800s")
        .hasMessageContaining("uses=0")
        .hasMessageContaining("user is not");
  }

  @Test
  void aKeyIsReadBackFromItsFileWhichIsItsOwnersAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("issuer.key");
    TokenIssuer made = IssuerKeyFile.make(file, "dc1", CLOCK);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    TokenIssuer read = IssuerKeyFile.read(file, CLOCK);
    assertThat(read.publicKey()).isEqualTo(made.publicKey());
    assertThat(read.name()).isEqualTo("dc1");
    assertThat(IssuerKey.parse(made.publicKey().format())).isEqualTo(made.publicKey());
    assertThatThrownBy(() -> IssuerKeyFile.make(file, "dc1", CLOCK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is there already");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> IssuerKeyFile.read(file, CLOCK)).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    String text = Files.readString(file);
    for (String wrong : List.of("", "{}", text.replace("P-256", "P-384"), text.substring(9))) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> IssuerKeyFile.read(file, CLOCK))
          .isInstanceOf(IOException.class)
          .hasMessage("key=" + file + " is no issuer's key");
    }
    assertThatThrownBy(() -> IssuerKeyFile.read(folder.resolve("no"), CLOCK))
        .hasMessageContaining("dmore token keygen");
  }

  @Test
  void oneTimePasswordsHaveEightCharactersThatAreTheirOwn() {
    Set<String> seen = new HashSet<>();
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 100; i++) {
      String password = OneTimePassword.random(random);
      assertThat(password).matches("[a-zA-Z2-9]{8}").doesNotContain("l", "I", "O");
      assertThat(seen.add(password)).isTrue();
    }
  }
}
