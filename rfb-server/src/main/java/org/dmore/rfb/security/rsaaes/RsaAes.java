package org.dmore.rfb.security.rsaaes;

import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.dmore.rfb.protocol.RfbProtocolException;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.Credentials;
import org.dmore.rfb.security.PasswordVerifier;
import org.dmore.rfb.security.SecurityExchange;
import org.dmore.rfb.security.SecurityOutcome;
import org.dmore.rfb.security.SecurityType;

/**
 * RSA-AES (rfbproto, security types 5, 6, 129 and 130).
 *
 * <p>Each side sends its RSA key, then a random number encrypted with the other's; from both
 * numbers the keys of both directions are made. Hashes of both RSA keys, encrypted, prove that
 * nobody in between put in a key of his own, if the user compares the server's key with the one
 * that the server's log tells. The password follows, encrypted. Nothing is kept secret from one who
 * gets hold of the server's key later: TLS is better where a client has it.
 *
 * <p>A random number that does not decrypt is replaced by one of our own, so that the client learns
 * nothing from it (Bleichenbacher's attack); its next message then does not bear the right tag.
 *
 * <p>The arithmetic with the server's key, of some ms, is an executor's work.
 */
public final class RsaAes implements SecurityType {
  private static final int MIN_KEY_BITS = 1024;
  private static final int MAX_KEY_BITS = 8192;

  /** Larger ones are in no one's use, and would cost seconds. */
  private static final int MAX_EXPONENT_BITS = 33;

  private static final int MIN_SERVER_KEY_BITS = 2048;
  private static final int ASK_FOR_USER_AND_PASSWORD = 1;
  private static final int ASK_FOR_PASSWORD = 2;

  /** What is encrypted, and how strongly. */
  public enum Variant {
    /** 256-bit AES for all that follows. */
    RA2_256(SecurityTypeNumber.RA2_256, "RA2_256", 32, "SHA-256", true),
    /** 128-bit AES for all that follows. */
    RA2(SecurityTypeNumber.RA2, "RA2", 16, "SHA-1", true),
    /** 256-bit AES for the password only. */
    RA2NE_256(SecurityTypeNumber.RA2NE_256, "RA2ne_256", 32, "SHA-256", false),
    /** 128-bit AES for the password only. */
    RA2NE(SecurityTypeNumber.RA2NE, "RA2ne", 16, "SHA-1", false);

    private final int number;
    private final String text;
    private final int keyLength;
    private final String hash;
    private final boolean encryptsAll;

    Variant(int number, String text, int keyLength, String hash, boolean encryptsAll) {
      this.number = number;
      this.text = text;
      this.keyLength = keyLength;
      this.hash = hash;
      this.encryptsAll = encryptsAll;
    }
  }

  private final Variant variant;
  private final KeyPair key;
  private final RsaKeyBytes keyBytes;
  private final PasswordVerifier verifier;
  private final boolean askForUser;
  private final Executor executor;
  private final SecureRandom random = new SecureRandom();

  private RsaAes(
      Variant variant,
      KeyPair key,
      PasswordVerifier verifier,
      boolean askForUser,
      Executor executor) {
    RSAPublicKey rsa = (RSAPublicKey) key.getPublic();
    int bits = rsa.getModulus().bitLength();
    if (bits < MIN_SERVER_KEY_BITS || bits > MAX_KEY_BITS) {
      throw new IllegalArgumentException(
          "rsa-key-bits="
              + bits
              + " must be "
              + MIN_SERVER_KEY_BITS
              + " to "
              + MAX_KEY_BITS
              + ": make another key");
    }
    this.variant = variant;
    this.key = key;
    this.keyBytes = RsaKeyBytes.of(rsa);
    this.verifier = verifier;
    this.askForUser = askForUser;
    this.executor = executor;
  }

  /**
   * One of the types.
   *
   * @param key RSA, 2048 to 8192 bits
   * @param askForUser whether the client is asked for a name and a password, or for a password
   *     alone; the verifier then gets an empty name
   */
  public static RsaAes of(
      Variant variant, KeyPair key, PasswordVerifier verifier, boolean askForUser) {
    return new RsaAes(variant, key, verifier, askForUser, ForkJoinPool.commonPool());
  }

  /** All of the types, the strongest first. */
  public static List<RsaAes> all(KeyPair key, PasswordVerifier verifier, boolean askForUser) {
    return Stream.of(Variant.values())
        .map(variant -> of(variant, key, verifier, askForUser))
        .toList();
  }

  /** What viewers show of the key, for users to compare: 8 bytes of SHA-1, as {@code ab-cd-...}. */
  public static String fingerprint(KeyPair key) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-1");
      RsaKeyBytes.of((RSAPublicKey) key.getPublic()).update(hash);
      return HexFormat.ofDelimiter("-").formatHex(hash.digest(), 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no SHA-1", e);
    }
  }

  @Override
  public int number() {
    return variant.number;
  }

  @Override
  public String name() {
    return variant.text;
  }

  /** Whether all that follows is encrypted, and not the password only. */
  public boolean encryptsAll() {
    return variant.encryptsAll;
  }

  @Override
  public SecurityExchange begin(ConnectionInfo connection) {
    return new KeyExchange(connection);
  }

  private MessageDigest hash() {
    try {
      return MessageDigest.getInstance(variant.hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no " + variant.hash, e);
    }
  }

  private byte[] sessionKey(byte[] first, byte[] second) {
    MessageDigest hash = hash();
    hash.update(first);
    return Arrays.copyOf(hash.digest(second), variant.keyLength);
  }

  private byte[] hashOf(RsaKeyBytes first, RsaKeyBytes second) {
    MessageDigest hash = hash();
    first.update(hash);
    second.update(hash);
    return hash.digest();
  }

  /** Keys, then random numbers. */
  private final class KeyExchange implements SecurityExchange {
    private final ConnectionInfo connection;
    private final byte[] ownRandom = new byte[variant.keyLength];
    private RsaKeyBytes clientKey;

    KeyExchange(ConnectionInfo connection) {
      this.connection = connection;
    }

    @Override
    public SecurityOutcome start(ByteBuf out) {
      keyBytes.write(out);
      return new SecurityOutcome.Pending();
    }

    @Override
    public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
      return clientKey == null ? takeKey(in, out) : takeRandom(in);
    }

    private SecurityOutcome takeKey(ByteBuf in, ByteBuf out) {
      if (in.readableBytes() < 4) {
        return new SecurityOutcome.Pending();
      }
      long bits = in.getUnsignedInt(in.readerIndex());
      if (bits < MIN_KEY_BITS || bits > MAX_KEY_BITS) {
        throw new RfbProtocolException(
            "client-key-bits=" + bits + " must be " + MIN_KEY_BITS + " to " + MAX_KEY_BITS);
      }
      int length = ((int) bits + 7) / 8;
      if (in.readableBytes() < 4 + 2 * length) {
        return new SecurityOutcome.Pending();
      }
      in.skipBytes(4);
      byte[] modulus = new byte[length];
      byte[] exponent = new byte[length];
      in.readBytes(modulus).readBytes(exponent);
      clientKey = new RsaKeyBytes((int) bits, modulus, exponent);
      random.nextBytes(ownRandom);
      byte[] encrypted = encrypt(ownRandom);
      out.writeShort(encrypted.length);
      out.writeBytes(encrypted);
      return new SecurityOutcome.Pending();
    }

    private byte[] encrypt(byte[] secret) {
      BigInteger modulus = clientKey.modulus();
      BigInteger exponent = clientKey.exponent();
      if (modulus.bitLength() < MIN_KEY_BITS
          || !modulus.testBit(0)
          || exponent.bitLength() < 2
          || exponent.bitLength() > MAX_EXPONENT_BITS
          || !exponent.testBit(0)) {
        throw new RfbProtocolException(
            "client-key modulus-bits="
                + modulus.bitLength()
                + " exponent-bits="
                + exponent.bitLength()
                + " is no RSA key");
      }
      try {
        Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        rsa.init(
            Cipher.ENCRYPT_MODE,
            KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)),
            random);
        return rsa.doFinal(secret);
      } catch (GeneralSecurityException e) {
        throw new RfbProtocolException("client-key cannot be used: " + e.getMessage());
      }
    }

    private SecurityOutcome takeRandom(ByteBuf in) {
      if (in.readableBytes() < 2) {
        return new SecurityOutcome.Pending();
      }
      int length = in.getUnsignedShort(in.readerIndex());
      if (length != keyBytes.length()) {
        throw new RfbProtocolException(
            "encrypted-random-length=" + length + " must be " + keyBytes.length());
      }
      if (in.readableBytes() < 2 + length) {
        return new SecurityOutcome.Pending();
      }
      in.skipBytes(2);
      byte[] encrypted = new byte[length];
      in.readBytes(encrypted);
      return new SecurityOutcome.Verifying(
          CompletableFuture.supplyAsync(() -> decrypt(encrypted), executor)
              .thenApply(this::secure));
    }

    /** By the executor. The client's random number, or one of our own if there is none within. */
    private byte[] decrypt(byte[] encrypted) {
      byte[] block = new byte[encrypted.length];
      try {
        Cipher rsa = Cipher.getInstance("RSA/ECB/NoPadding");
        rsa.init(Cipher.DECRYPT_MODE, key.getPrivate());
        byte[] decrypted = rsa.doFinal(encrypted);
        System.arraycopy(decrypted, 0, block, block.length - decrypted.length, decrypted.length);
      } catch (GeneralSecurityException e) {
        Arrays.fill(block, (byte) 0xff); // larger than the modulus, which anyone can see
      }
      // PKCS #1 1.5, checked without branches: 0, 2, padding without zeros, 0, the number.
      int begin = block.length - variant.keyLength;
      int wrong = block[0] | (block[1] ^ 2) | block[begin - 1];
      for (int i = 2; i < begin - 1; i++) {
        int zeroIsNegative = (block[i] & 0xff) - 1;
        wrong |= zeroIsNegative >> 8;
      }
      int low = wrong & 0xff;
      int keep = (low | -low) >> 31; // all ones if anything is wrong
      byte[] result = new byte[variant.keyLength];
      random.nextBytes(result);
      for (int i = 0; i < result.length; i++) {
        result[i] = (byte) ((result[i] & keep) | (block[begin + i] & ~keep));
      }
      return result;
    }

    private SecurityOutcome secure(byte[] clientRandom) {
      EaxCodec codec =
          new EaxCodec(sessionKey(ownRandom, clientRandom), sessionKey(clientRandom, ownRandom));
      return new SecurityOutcome.Secured(
          codec,
          CompletableFuture.completedStage(codec),
          () -> {}, // there is no message for the end
          new PasswordExchange(connection, clientKey, codec));
    }
  }

  /** Hashes of the keys, then the password; all encrypted. */
  private final class PasswordExchange implements SecurityExchange {
    private final ConnectionInfo connection;
    private final RsaKeyBytes clientKey;
    private final EaxCodec codec;
    private boolean keysAreSure;

    PasswordExchange(ConnectionInfo connection, RsaKeyBytes clientKey, EaxCodec codec) {
      this.connection = connection;
      this.clientKey = clientKey;
      this.codec = codec;
    }

    @Override
    public SecurityOutcome start(ByteBuf out) {
      out.writeBytes(hashOf(keyBytes, clientKey));
      return new SecurityOutcome.Pending();
    }

    @Override
    public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
      return keysAreSure ? takePassword(in) : takeHash(in, out);
    }

    private SecurityOutcome takeHash(ByteBuf in, ByteBuf out) {
      byte[] right = hashOf(clientKey, keyBytes);
      if (in.readableBytes() < right.length) {
        return new SecurityOutcome.Pending();
      }
      byte[] said = new byte[right.length];
      in.readBytes(said);
      if (!MessageDigest.isEqual(right, said)) {
        throw new RfbProtocolException(
            "the client's hash is of other keys: someone may stand between it and this server");
      }
      keysAreSure = true;
      out.writeByte(askForUser ? ASK_FOR_USER_AND_PASSWORD : ASK_FOR_PASSWORD);
      return new SecurityOutcome.Pending();
    }

    private SecurityOutcome takePassword(ByteBuf in) {
      if (!in.isReadable()) {
        return new SecurityOutcome.Pending();
      }
      int at = in.readerIndex();
      int user = in.getUnsignedByte(at);
      if (in.readableBytes() < 1 + user + 1) {
        return new SecurityOutcome.Pending();
      }
      int password = in.getUnsignedByte(at + 1 + user);
      if (in.readableBytes() < 1 + user + 1 + password) {
        return new SecurityOutcome.Pending();
      }
      in.skipBytes(1);
      String name = in.readCharSequence(user, StandardCharsets.UTF_8).toString();
      in.skipBytes(1);
      char[] secret = Credentials.readSecret(in, password);
      if (!variant.encryptsAll) {
        codec.stop();
      }
      return Credentials.check(verifier, connection, askForUser ? name : "", secret);
    }
  }
}
