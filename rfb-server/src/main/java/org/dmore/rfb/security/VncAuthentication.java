package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.dmore.rfb.Identity;
import org.dmore.rfb.protocol.SecurityTypeNumber;

/**
 * VNC Authentication (RFC 6143, 7.2.2): the client proves that it knows the password by encrypting
 * a random challenge with it.
 *
 * <p>The protocol takes the first 8 bytes of the password and no more; the method is weak and hides
 * nothing that follows. Use it on networks that are trusted, or within a tunnel.
 */
public final class VncAuthentication implements SecurityType {
  private static final int CHALLENGE_LENGTH = 16;
  private static final int KEY_LENGTH = 8;

  private final ChallengeVerifier verifier;
  private final SecureRandom random = new SecureRandom();

  /** As {@link #VncAuthentication(Supplier, Supplier)}, without a password that only shows. */
  public VncAuthentication(Supplier<char[]> password) {
    this(password, () -> new char[0]);
  }

  /**
   * Makes the type. The suppliers are asked at each attempt, on an event loop, so they must not
   * block; their arrays are overwritten after use; characters beyond Latin-1 and beyond the eighth
   * do not count; an empty array lets no one in. Where both are the same, the first one counts.
   *
   * @param password of who may do everything
   * @param viewOnlyPassword of who may look
   */
  public VncAuthentication(Supplier<char[]> password, Supplier<char[]> viewOnlyPassword) {
    this((challenge, response, from) -> check(password, viewOnlyPassword, challenge, response));
  }

  /** Makes the type for passwords that somebody else knows. */
  public VncAuthentication(ChallengeVerifier verifier) {
    this.verifier = verifier;
  }

  /** One password that never changes. */
  public static VncAuthentication ofPassword(String password) {
    return new VncAuthentication(password::toCharArray);
  }

  /** A password for everything and one for looking; they never change. */
  public static VncAuthentication ofPasswords(String password, String viewOnlyPassword) {
    return new VncAuthentication(password::toCharArray, viewOnlyPassword::toCharArray);
  }

  @Override
  public int number() {
    return SecurityTypeNumber.VNC_AUTHENTICATION;
  }

  @Override
  public String name() {
    return "VncAuth";
  }

  @Override
  public SecurityExchange begin(ConnectionInfo connection) {
    return new Exchange(connection);
  }

  /**
   * What a client that knows the password answers.
   *
   * @param password Latin-1 bytes; those beyond the eighth do not count
   * @param challenge 16 bytes
   */
  public static byte[] response(byte[] password, byte[] challenge) {
    byte[] key = Arrays.copyOf(password, KEY_LENGTH);
    for (int i = 0; i < key.length; i++) {
      // RFC 6143 says DES; every implementation mirrors the bits of each byte of the key.
      key[i] = (byte) (Integer.reverse(key[i]) >>> 24);
    }
    try {
      Cipher des = Cipher.getInstance("DES/ECB/NoPadding");
      des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"));
      return des.doFinal(challenge);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "this JRE has no DES, which VNC Authentication needs: " + e.getMessage(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static Optional<Identity> check(
      Supplier<char[]> password,
      Supplier<char[]> viewOnlyPassword,
      byte[] challenge,
      byte[] answer) {
    // Both are always compared, so that the time tells nothing of either.
    boolean full = isRight(password.get(), challenge, answer);
    boolean viewOnly = isRight(viewOnlyPassword.get(), challenge, answer);
    Optional<Identity> found = viewOnly ? Optional.of(Identity.viewOnly("")) : Optional.empty();
    return full ? Optional.of(Identity.full("")) : found;
  }

  private static boolean isRight(char[] secret, byte[] challenge, byte[] answer) {
    byte[] bytes = new String(secret).getBytes(StandardCharsets.ISO_8859_1);
    byte[] right = response(bytes, challenge);
    boolean same = MessageDigest.isEqual(right, answer) && secret.length > 0;
    Arrays.fill(secret, '\0');
    Arrays.fill(bytes, (byte) 0);
    return same;
  }

  private final class Exchange implements SecurityExchange {
    private final ConnectionInfo connection;
    private final byte[] challenge = new byte[CHALLENGE_LENGTH];

    Exchange(ConnectionInfo connection) {
      this.connection = connection;
    }

    @Override
    public SecurityOutcome start(ByteBuf out) {
      random.nextBytes(challenge);
      out.writeBytes(challenge);
      return new SecurityOutcome.Pending();
    }

    @Override
    public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
      if (in.readableBytes() < CHALLENGE_LENGTH) {
        return new SecurityOutcome.Pending();
      }
      byte[] answer = new byte[CHALLENGE_LENGTH];
      in.readBytes(answer);
      Optional<Identity> identity = verifier.verify(challenge.clone(), answer, connection);
      // Whatever came of it, the challenge has had its answer.
      random.nextBytes(challenge);
      return identity
          .<SecurityOutcome>map(SecurityOutcome.Accepted::new)
          .orElseGet(() -> new SecurityOutcome.Rejected("authentication failed"));
    }
  }
}
