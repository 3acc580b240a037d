package org.dmore.vdev.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a token, and what is none. */
class TokenReaderTest {
  private static final TestIssuer ISSUER = new TestIssuer("k1", "dc1");

  private final TokenReader reader = new TokenReader();

  private ConsoleToken read(String token) throws RefusedException {
    return reader.read(token, id -> Optional.of(ISSUER.key()).filter(key -> key.id().equals(id)));
  }

  private Refusal refusal(String token) {
    return catchThrowableOfType(RefusedException.class, () -> read(token)).refusal();
  }

  private static Map<String, Object> claims() {
    return ISSUER.claims("t-0000001", "control");
  }

  @Test
  void aTokenSaysWhatItsIssuerSaid() throws Exception {
    Map<String, Object> claims = claims();
    claims.put("sub", "ann");
    claims.put("uses", 3L);
    assertThat(read(ISSUER.token(claims)))
        .isEqualTo(
            new ConsoleToken(
                "t-0000001",
                "dc1",
                "ann",
                "web1",
                ConsoleRight.CONTROL,
                OptionalInt.of(3),
                TestIssuer.NOW,
                TestIssuer.NOW,
                TestIssuer.NOW.plusSeconds(600)));
  }

  /** Each character in turn, by some that base64url has and some that it has not. */
  @Test
  void aTokenThatIsChangedAnywhereIsRefused() {
    String token = ISSUER.token(claims());
    String others = "A_=\u00e9";
    for (int i = 0; i < token.length(); i++) {
      for (int j = 0; j < others.length(); j++) {
        if (others.charAt(j) != token.charAt(i)) {
          String changed = token.substring(0, i) + others.charAt(j) + token.substring(i + 1);
          assertThatThrownBy(() -> read(changed))
              .as("at=%d", i)
              .isInstanceOf(RefusedException.class);
        }
      }
    }
  }

  /** The last character of 64 bytes has four bits that decoders drop. */
  @Test
  void aSignatureHasOneSpelling() throws Exception {
    String token = ISSUER.token(claims());
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    assertThat(last % 16).isZero();
    for (int dropped = 1; dropped < 16; dropped++) {
      String other = token.substring(0, token.length() - 1) + alphabet.charAt(last + dropped);
      assertThat(refusal(other)).isEqualTo(Refusal.MALFORMED);
    }
    assertThat(refusal(token + "==")).isEqualTo(Refusal.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"None\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"ES384\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"es256\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"JWT\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\"}",
        "{\"alg\":\"ES256\",\"typ\":\"console+jwt\"}",
        "{\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":1,\"typ\":\"console+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\",\"jku\":\"http://here/keys\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\",\"b64\":1,\"crit\":\"b64\"}",
      })
  void aHeaderOfAnotherFormIsRefusedAlthoughItIsSigned(String header) {
    assertThat(refusal(ISSUER.sign(header, TestIssuer.json(claims())))).isEqualTo(Refusal.HEADER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\",\"jwk\":{\"kty\":\"EC\"}}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}{}",
        "[]",
        "",
        "null"
      })
  void whatIsNoFlatObjectIsMalformed(String header) {
    assertThat(refusal(ISSUER.sign(header, TestIssuer.json(claims()))))
        .isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void aTokenWithoutASignatureIsRefused() {
    String none = "{\"alg\":\"none\",\"kid\":\"k1\",\"typ\":\"console+jwt\"}";
    String body = TestIssuer.encode(TestIssuer.json(claims()));
    assertThat(refusal(TestIssuer.encode(none) + "." + body + ".")).isEqualTo(Refusal.HEADER);
    String signed = TestIssuer.encode(ISSUER.header()) + "." + body;
    assertThat(refusal(signed + ".")).isEqualTo(Refusal.SIGNATURE);
    assertThat(refusal(signed)).isEqualTo(Refusal.MALFORMED);
  }

  /** The public key, which anyone may know, as a secret of HMAC. */
  @Test
  void aPublicKeyIsNoSecret() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(ISSUER.key().key().getEncoded(), "HmacSHA256"));
    for (String alg : new String[] {"HS256", "ES256"}) {
      String header = ISSUER.header().replace("ES256", alg);
      String signed =
          TestIssuer.encode(header) + "." + TestIssuer.encode(TestIssuer.json(claims()));
      byte[] tag = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> read(signed + "." + TestIssuer.encode(tag)))
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void aSignatureThatIsNoneOrIsWrittenOtherwiseIsRefused() throws Exception {
    String signed =
        TestIssuer.encode(ISSUER.header()) + "." + TestIssuer.encode(TestIssuer.json(claims()));
    assertThat(refusal(signed + "." + TestIssuer.encode(new byte[64])))
        .isEqualTo(Refusal.SIGNATURE);
    Signature der = Signature.getInstance("SHA256withECDSA");
    der.initSign(ISSUER.privateKey());
    der.update(signed.getBytes(StandardCharsets.US_ASCII));
    assertThat(refusal(signed + "." + TestIssuer.encode(der.sign()))).isEqualTo(Refusal.SIGNATURE);
    // r + n and s + n are other spellings of r and s, where they fit.
    byte[] right = ISSUER.signature(signed);
    BigInteger order = IssuerKey.p256().getOrder();
    byte[] large = right.clone();
    byte[] n = order.toByteArray();
    System.arraycopy(n, n.length - 32, large, 32, 32);
    assertThat(refusal(signed + "." + TestIssuer.encode(large))).isEqualTo(Refusal.SIGNATURE);
    assertThat(read(signed + "." + TestIssuer.encode(right)).id()).isEqualTo("t-0000001");
  }

  @Test
  void anotherIssuersTokenIsRefusedWhateverItCallsItsKey() {
    TestIssuer other = new TestIssuer("k1", "dc1");
    assertThat(refusal(other.token(claims()))).isEqualTo(Refusal.SIGNATURE);
    TestIssuer unknown = new TestIssuer("k2", "dc1");
    assertThat(refusal(unknown.token(claims()))).isEqualTo(Refusal.KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "iss, dc2", "aud, web1", "aud, console:", "right, admin", "right, Control", "jti, short",
    "jti, has a space in it", "uses, 0", "uses, 1001", "uses, -1", "exp, -5", "sub, a\u202eb",
    "sub, a\u0085b", "iat, 99999999999999", "role, control"
  })
  void claimsThatCannotBeAreRefused(String name, String value) {
    Map<String, Object> claims = claims();
    claims.put(name, value.matches("-?\\d+") ? (Object) Long.valueOf(value) : value);
    assertThat(refusal(ISSUER.token(claims))).isEqualTo(Refusal.CLAIMS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "jti", "iat", "nbf", "exp", "right"})
  void aClaimThatIsMissingIsMissed(String name) {
    Map<String, Object> claims = claims();
    claims.remove(name);
    assertThat(refusal(ISSUER.token(claims))).isEqualTo(Refusal.CLAIMS);
  }

  @ParameterizedTest
  @CsvSource({"exp, 1.5", "exp, 1e9", "exp, 0x5", "iat, 012", "exp, true", "exp, null", "aud, []"})
  void aNumberIsAWholeNumber(String name, String json) {
    String text =
        TestIssuer.json(claims())
            .replaceAll("\"" + name + "\":(\"[^\"]*\"|\\d+)", "\"" + name + "\":" + json);
    assertThat(text).contains(json);
    assertThat(refusal(ISSUER.sign(ISSUER.header(), text))).isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void aTokenThatIsTooLongIsNotRead() {
    Map<String, Object> claims = claims();
    claims.put("sub", "x".repeat(1000));
    assertThat(refusal(ISSUER.token(claims))).isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void aKeyOfAnotherCurveIsNoIssuers() {
    KeyPair other = TestIssuer.newPair("secp384r1");
    assertThatThrownBy(() -> new IssuerKey("k", "dc1", (ECPublicKey) other.getPublic()))
        .hasMessage("key-id=k is no point of the curve P-256");
  }

  @Test
  void aKeyIsReadBackFromItsText() {
    assertThat(IssuerKey.parse(ISSUER.key().format())).isEqualTo(ISSUER.key());
    // The least x that is a point's: 31 zeros lead it. y is a root modulo p, which is 3 modulo 4.
    BigInteger p = ((ECFieldFp) IssuerKey.p256().getCurve().getField()).getP();
    BigInteger b = IssuerKey.p256().getCurve().getB();
    BigInteger x = BigInteger.ZERO;
    BigInteger y;
    BigInteger square;
    do {
      x = x.add(BigInteger.ONE);
      square = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(p);
      y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    } while (!y.pow(2).mod(p).equals(square));
    byte[] point = new byte[64];
    point[31] = x.byteValueExact();
    byte[] bytes = y.toByteArray();
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, point, 64 - length, length);
    String text = "k1:dc1/a:" + TestIssuer.encode(point);
    assertThat(IssuerKey.parse(text).format()).isEqualTo(text);
  }

  @Test
  void aPointThatIsNotOnTheCurveIsNoKey() {
    String text = ISSUER.key().format();
    char last = text.charAt(60) == 'A' ? 'B' : 'A';
    assertThatThrownBy(() -> IssuerKey.parse(text.substring(0, 60) + last + text.substring(61)))
        .hasMessage("key-id=k1 is no point of the curve P-256");
    assertThatThrownBy(() -> IssuerKey.parse("k1:dc1:" + TestIssuer.encode(new byte[64])))
        .hasMessage("key-id=k1 is no point of the curve P-256");
    assertThatThrownBy(() -> IssuerKey.parse("k1:dc1:AAAA")).hasMessageContaining("bytes=3");
    assertThatThrownBy(() -> IssuerKey.parse("k1")).hasMessageContaining("ID:ISSUER:POINT");
    assertThatThrownBy(() -> IssuerKey.parse("k 1:dc1:" + text.substring(7)))
        .hasMessageContaining("key-id=k 1");
  }
}
