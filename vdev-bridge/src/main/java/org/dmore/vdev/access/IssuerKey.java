package org.dmore.vdev.access;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The public key by which an issuer's tokens are known: a point of P-256. An issuer may have
 * several at a time, so that one can take over from another.
 *
 * <p>Its text is {@code ID:ISSUER:POINT}, the point being both coordinates, 32 bytes each, in
 * base64url without padding.
 *
 * @param id names the key in a token's header; 1 to 64 letters, digits, {@code _} and {@code -}
 * @param issuer whose tokens it signs; 1 to 64 letters, digits and {@code . _ - /}
 * @param key on the curve
 */
public record IssuerKey(String id, String issuer, ECPublicKey key) {
  private static final int COORDINATE = 32;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern ISSUER = Pattern.compile("[A-Za-z0-9._/-]{1,64}");

  public IssuerKey {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "key-id=" + id + " is not 1 to 64 letters, digits, _ and -");
    }
    if (!ISSUER.matcher(issuer).matches()) {
      throw new IllegalArgumentException(
          "issuer=" + issuer + " is not 1 to 64 letters, digits, . _ / and -");
    }
    if (!isOnP256(key)) {
      throw new IllegalArgumentException("key-id=" + id + " is no point of the curve P-256");
    }
  }

  /**
   * Reads what {@link #format} wrote.
   *
   * @throws IllegalArgumentException if it is no such text, or the point is not on the curve
   */
  public static IssuerKey parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("key=" + text + " is not ID:ISSUER:POINT");
    }
    byte[] point;
    try {
      point = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key-id=" + parts[0] + ": its point is not base64url", e);
    }
    if (point.length != 2 * COORDINATE) {
      throw new IllegalArgumentException(
          "key-id=" + parts[0] + ": its point has bytes=" + point.length + " and not 64");
    }
    ECPoint coordinates =
        new ECPoint(
            new BigInteger(1, Arrays.copyOf(point, COORDINATE)),
            new BigInteger(1, Arrays.copyOfRange(point, COORDINATE, 2 * COORDINATE)));
    try {
      // Before the JDK makes a key of it, whose checks differ from version to version.
      if (!isOnCurve(coordinates)) {
        throw new IllegalArgumentException(
            "key-id=" + parts[0] + " is no point of the curve P-256");
      }
      PublicKey key =
          KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(coordinates, p256()));
      return new IssuerKey(parts[0], parts[1], (ECPublicKey) key);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "key-id=" + parts[0] + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** The text, for settings and commands. */
  public String format() {
    byte[] point = new byte[2 * COORDINATE];
    put(key.getW().getAffineX(), point, COORDINATE);
    put(key.getW().getAffineY(), point, 2 * COORDINATE);
    return id + ":" + issuer + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(point);
  }

  private static void put(BigInteger coordinate, byte[] point, int end) {
    byte[] bytes = coordinate.toByteArray();
    int length = Math.min(bytes.length, COORDINATE); // a sign byte may lead
    System.arraycopy(bytes, bytes.length - length, point, end - length, length);
  }

  /** The curve's parameters (SEC 2, secp256r1). */
  static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no P-256: " + e.getMessage(), e);
    }
  }

  private static boolean isOnP256(ECPublicKey key) {
    ECParameterSpec curve = p256();
    ECParameterSpec own = key.getParams();
    return own != null
        && own.getCurve().equals(curve.getCurve())
        && own.getGenerator().equals(curve.getGenerator())
        && own.getOrder().equals(curve.getOrder())
        && isOnCurve(key.getW());
  }

  /** Whether y² = x³ + ax + b, the curve having no other points than those of its prime order. */
  private static boolean isOnCurve(ECPoint point) {
    ECParameterSpec curve = p256();
    BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (point.equals(ECPoint.POINT_INFINITY) || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(p);
    return y.pow(2).mod(p).equals(right);
  }
}
