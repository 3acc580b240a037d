package org.dmore.coordinator.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.dmore.vdev.access.ConsoleToken;
import org.dmore.vdev.access.IssuerKey;

/**
 * Issues tokens with a key of P-256 (JWS, ES256). Which console takes them is up to the consoles
 * that were told of the key. Thread-safe.
 */
public final class TokenIssuer {
  /** Of the key's thumbprint (RFC 7638): 48 bits, to tell a few keys apart. */
  private static final int KEY_ID_LENGTH = 8;

  /** 96 bits: no two tokens have the same id. */
  private static final int TOKEN_ID_BYTES = 12;

  private final String issuer;
  private final ECKey key;
  private final IssuerKey publicKey;
  private final ECDSASigner signer;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * Makes an issuer.
   *
   * @param issuer its name, as {@link IssuerKey} has it
   * @param key of P-256, with its private part and an id
   * @throws IllegalArgumentException if it is none, or the name cannot be
   */
  TokenIssuer(String issuer, ECKey key, Clock clock) {
    this.issuer = issuer;
    this.key = key;
    this.clock = clock;
    if (!Curve.P_256.equals(key.getCurve()) || !key.isPrivate() || key.getKeyID() == null) {
      throw new IllegalArgumentException(
          "issuer=" + issuer + ": its key is not of P-256, with a private part and an id");
    }
    try {
      this.publicKey = new IssuerKey(key.getKeyID(), issuer, key.toECPublicKey());
      this.signer = new ECDSASigner(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException(
          "issuer=" + issuer + ": its key cannot be used: " + e.getMessage(), e);
    }
  }

  /** Makes an issuer with a new key. */
  public static TokenIssuer withNewKey(String issuer, Clock clock) {
    try {
      ECKey made = new ECKeyGenerator(Curve.P_256).algorithm(JWSAlgorithm.ES256).generate();
      String id = made.computeThumbprint().toString().substring(0, KEY_ID_LENGTH);
      return new TokenIssuer(issuer, new ECKey.Builder(made).keyID(id).build(), clock);
    } catch (JOSEException e) {
      throw new IllegalStateException("this JRE has no P-256: " + e.getMessage(), e);
    }
  }

  /** Its name. */
  public String name() {
    return issuer;
  }

  /** What consoles are told, to know its tokens by. */
  public IssuerKey publicKey() {
    return publicKey;
  }

  ECKey key() {
    return key;
  }

  /** Issues a token that is valid from now on. */
  public IssuedToken issue(TokenRequest request) {
    byte[] number = new byte[TOKEN_ID_BYTES];
    random.nextBytes(number);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(number);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expires = now.plus(request.lifetime()).truncatedTo(ChronoUnit.SECONDS);
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(ConsoleToken.AUDIENCE + request.vm())
            .jwtID(id)
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(expires))
            .claim(ConsoleToken.RIGHT, request.right().text());
    request.uses().ifPresent(uses -> claims.claim(ConsoleToken.USES, uses));
    if (!request.user().isEmpty()) {
      claims.subject(request.user());
    }
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType(ConsoleToken.TYPE))
            .keyID(key.getKeyID())
            .build();
    SignedJWT token = new SignedJWT(header, claims.build());
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("a token cannot be signed: " + e.getMessage(), e);
    }
    return new IssuedToken(id, expires, token.serialize());
  }
}
