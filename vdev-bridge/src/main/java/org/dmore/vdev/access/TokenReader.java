package org.dmore.vdev.access;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads tokens of exactly one form, and of no other that JOSE has: compact JWS, ES256, a header of
 * three members, flat claims. There is nothing to choose for whoever made the token, so there is
 * neither {@code none} nor another algorithm to be confused with, and a key is never taken from the
 * token itself.
 *
 * <p>It is written on the JDK's own signatures, as DomR is small: a JOSE library is larger than all
 * of consoled, and what it can do beyond this would have to be forbidden again.
 *
 * <p>What a token is used for (its time, its VM, whether it was used) is not looked at here. Has no
 * state; thread-safe.
 */
final class TokenReader {
  /** Longest token in characters: what VeNCrypt's Plain has room for. */
  static final int MAX_LENGTH = 1024;

  /** As JWS has it: r and s, 32 bytes each (RFC 7518, 3.4), not DER. */
  private static final String SIGNATURE = "SHA256withECDSAinP1363Format";

  private static final int SIGNATURE_LENGTH = 64;
  private static final int MAX_USES = 1000;
  private static final long MAX_TIME = 1L << 40;
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ");
  private static final Set<String> CLAIMS =
      Set.of(
          "iss", "aud", "sub", "jti", "iat", "nbf", "exp", ConsoleToken.RIGHT, ConsoleToken.USES);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{8,64}");
  private static final Pattern USER = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{0,64}");
  private static final Pattern VM = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1,128}");

  /** The order of P-256's group. */
  private final BigInteger order = IssuerKey.p256().getOrder();

  /** Whether a text may be a user's name: at most 64 printable characters, or none. */
  static boolean isUser(String text) {
    return USER.matcher(text).matches();
  }

  /**
   * Reads a token.
   *
   * @param keys finds an issuer's key by its id
   * @return what it says: its issuer's words
   * @throws RefusedException if it is none, or nobody's whose key is known
   */
  ConsoleToken read(String token, Function<String, Optional<IssuerKey>> keys)
      throws RefusedException {
    if (token.length() > MAX_LENGTH) {
      throw refused(Refusal.MALFORMED);
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw refused(Refusal.MALFORMED);
    }
    Map<String, Object> header = object(parts[0]);
    if (!header.keySet().equals(HEADER)
        || !ConsoleToken.ALGORITHM.equals(header.get("alg"))
        || !ConsoleToken.TYPE.equals(header.get("typ"))
        || !(header.get("kid") instanceof String keyId)) {
      throw refused(Refusal.HEADER);
    }
    IssuerKey key = keys.apply(keyId).orElseThrow(() -> refused(Refusal.KEY));
    byte[] signature = decode(parts[2]);
    String signed = token.substring(0, token.lastIndexOf('.'));
    if (!isSigned(key, signed.getBytes(StandardCharsets.US_ASCII), signature)) {
      throw refused(Refusal.SIGNATURE);
    }
    return claims(object(parts[1]), key);
  }

  private boolean isSigned(IssuerKey key, byte[] signed, byte[] signature) {
    // JDKs before 17.0.3 took r = s = 0 for a signature of anything (CVE-2022-21449).
    if (signature.length != SIGNATURE_LENGTH
        || !isInGroup(Arrays.copyOf(signature, SIGNATURE_LENGTH / 2))
        || !isInGroup(Arrays.copyOfRange(signature, SIGNATURE_LENGTH / 2, SIGNATURE_LENGTH))) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(SIGNATURE);
      verifier.initVerify(key.key());
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private boolean isInGroup(byte[] number) {
    BigInteger value = new BigInteger(1, number);
    return value.signum() > 0 && value.compareTo(order) < 0;
  }

  private static ConsoleToken claims(Map<String, Object> claims, IssuerKey key)
      throws RefusedException {
    Object id = claims.get("jti");
    if (!(id instanceof String name) || !ID.matcher(name).matches()) {
      throw refused(Refusal.CLAIMS);
    }
    try {
      if (!CLAIMS.containsAll(claims.keySet())) {
        throw new IllegalArgumentException("a claim is not known");
      }
      String audience = text(claims, "aud");
      String vm =
          audience.startsWith(ConsoleToken.AUDIENCE)
              ? audience.substring(ConsoleToken.AUDIENCE.length())
              : "";
      String user = claims.containsKey("sub") ? text(claims, "sub") : "";
      if (!VM.matcher(vm).matches() || !isUser(user) || !text(claims, "iss").equals(key.issuer())) {
        throw new IllegalArgumentException("a claim is not as it must be");
      }
      return new ConsoleToken(
          name,
          key.issuer(),
          user,
          vm,
          ConsoleRight.parse(text(claims, ConsoleToken.RIGHT)),
          uses(claims),
          time(claims, "iat"),
          time(claims, "nbf"),
          time(claims, "exp"));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Refusal.CLAIMS, Optional.of(name));
    }
  }

  private static OptionalInt uses(Map<String, Object> claims) {
    if (!claims.containsKey(ConsoleToken.USES)) {
      return OptionalInt.empty();
    }
    long uses = number(claims, ConsoleToken.USES);
    if (uses < 1 || uses > MAX_USES) {
      throw new IllegalArgumentException("uses=" + uses);
    }
    return OptionalInt.of((int) uses);
  }

  private static Instant time(Map<String, Object> claims, String name) {
    long seconds = number(claims, name);
    if (seconds < 0 || seconds > MAX_TIME) {
      throw new IllegalArgumentException(name + "=" + seconds);
    }
    return Instant.ofEpochSecond(seconds);
  }

  private static String text(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(name + " is missing, or no text");
  }

  private static long number(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException(name + " is missing, or no number");
  }

  private static Map<String, Object> object(String part) throws RefusedException {
    try {
      ByteBuffer utf8 = ByteBuffer.wrap(decode(part));
      return FlatJson.parse(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw refused(Refusal.MALFORMED);
    }
  }

  /** Base64url that has one form only: no padding, and no bits that are dropped. */
  private static byte[] decode(String part) throws RefusedException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // as below
    }
    throw refused(Refusal.MALFORMED);
  }

  private static RefusedException refused(Refusal why) {
    return new RefusedException(why, Optional.empty());
  }
}
