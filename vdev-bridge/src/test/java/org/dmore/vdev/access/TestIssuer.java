package org.dmore.vdev.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signs tokens, right ones and wrong ones, with the JDK alone. */
public final class TestIssuer {
  public static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final KeyPair pair;
  private final IssuerKey key;

  public TestIssuer(String keyId, String issuer) {
    pair = newPair("secp256r1");
    key = new IssuerKey(keyId, issuer, (ECPublicKey) pair.getPublic());
  }

  public static KeyPair newPair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public IssuerKey key() {
    return key;
  }

  public PrivateKey privateKey() {
    return pair.getPrivate();
  }

  /** The header that these tokens have, as JSON. */
  public String header() {
    return "{\"alg\":\"ES256\",\"kid\":\"" + key.id() + "\",\"typ\":\"console+jwt\"}";
  }

  /** Claims of a token for VM web1 that is valid for 10 minutes from NOW, to be changed. */
  public Map<String, Object> claims(String id, String right) {
    return claims(id, right, NOW);
  }

  public Map<String, Object> claims(String id, String right, Instant issued) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", key.issuer());
    claims.put("aud", "console:web1");
    claims.put("jti", id);
    claims.put("iat", issued.getEpochSecond());
    claims.put("nbf", issued.getEpochSecond());
    claims.put("exp", issued.getEpochSecond() + 600);
    claims.put("right", right);
    return claims;
  }

  public String token(Map<String, Object> claims) {
    return sign(header(), json(claims));
  }

  public String sign(String header, String payload) {
    String signed = encode(header) + "." + encode(payload);
    return signed + "." + encode(signature(signed));
  }

  public byte[] signature(String signed) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(pair.getPrivate());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String json(Map<String, Object> claims) {
    StringBuilder text = new StringBuilder("{");
    claims.forEach(
        (name, value) ->
            text.append(text.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value instanceof String ? "\"" + value + "\"" : value));
    return text.append('}').toString();
  }

  public static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
