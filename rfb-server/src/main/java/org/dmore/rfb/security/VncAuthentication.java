package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
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

  private final Supplier<char[]> password;
  private final SecureRandom random = new SecureRandom();

  /**
   * Makes the type.
   *
   * @param password asked at each attempt, on an event loop, so it must not block; its array is
   *     overwritten after use; characters beyond Latin-1 and beyond the eighth do not count; an
   *     empty array refuses everyone
   */
  public VncAuthentication(Supplier<char[]> password) {
    this.password = password;
  }

  /** One password that never changes. */
  public static VncAuthentication ofPassword(String password) {
    return new VncAuthentication(password::toCharArray);
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
  public SecurityExchange begin() {
    return new Exchange();
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

  private final class Exchange implements SecurityExchange {
    private final byte[] challenge = new byte[CHALLENGE_LENGTH];

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
      char[] secret = password.get();
      byte[] bytes = new String(secret).getBytes(StandardCharsets.ISO_8859_1);
      byte[] right = response(bytes, challenge);
      boolean same = MessageDigest.isEqual(right, answer) && secret.length > 0;
      Arrays.fill(secret, '\0');
      Arrays.fill(bytes, (byte) 0);
      return same
          ? new SecurityOutcome.Accepted()
          : new SecurityOutcome.Rejected("authentication failed");
    }
  }
}
