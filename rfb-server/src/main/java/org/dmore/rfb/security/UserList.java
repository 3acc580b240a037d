package org.dmore.rfb.security;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.dmore.rfb.Identity;

/**
 * Users and passwords that are known beforehand.
 *
 * <p>An attempt is compared with every user there is, names as well as passwords, by keyed hashes
 * in constant time: how long the answer takes tells neither whether a name is known nor how much of
 * a password is right. Passwords are kept hashed, under a key that lives as long as this object.
 */
public final class UserList implements PasswordVerifier {
  private static final String MAC = "HmacSHA256";
  private static final int HASH_LENGTH = 32;

  private final byte[] key = new byte[32];
  private final List<Known> users;

  /**
   * A user.
   *
   * @param identity its name is what the user types
   * @param password not empty
   */
  public record User(Identity identity, String password) {
    public User {
      if (identity.name().isEmpty() || password.isEmpty()) {
        throw new IllegalArgumentException(
            "user=" + identity.name() + " must have a name and a password that are not empty");
      }
    }

    /** The user's name; never its password. */
    @Override
    public String toString() {
      return "User[identity=" + identity + "]";
    }
  }

  /** Name and password, hashed. */
  private static final class Known {
    private final Identity identity;
    private final byte[] proof;

    Known(Identity identity, byte[] proof) {
      this.identity = identity;
      this.proof = proof;
    }
  }

  /** Makes the list; a name stands in it once. */
  public UserList(List<User> users) {
    new SecureRandom().nextBytes(key);
    if (users.stream().map(user -> user.identity().name()).distinct().count() != users.size()) {
      throw new IllegalArgumentException("a user's name stands in the list twice");
    }
    this.users =
        users.stream()
            .map(
                user ->
                    new Known(
                        user.identity(),
                        proof(user.identity().name(), user.password().toCharArray())))
            .toList();
  }

  @Override
  public CompletionStage<Optional<Identity>> verify(
      String user, char[] password, ConnectionInfo from) {
    byte[] proof = proof(user, password);
    Identity found = null;
    for (Known known : users) {
      // No shortcut: each user costs the same, found or not.
      found = MessageDigest.isEqual(known.proof, proof) ? known.identity : found;
    }
    return CompletableFuture.completedStage(Optional.ofNullable(found));
  }

  private byte[] proof(String user, char[] password) {
    byte[] proof = Arrays.copyOf(hash(user.toCharArray()), 2 * HASH_LENGTH);
    System.arraycopy(hash(password), 0, proof, HASH_LENGTH, HASH_LENGTH);
    return proof;
  }

  private byte[] hash(char[] text) {
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[utf8.remaining()];
    utf8.get(bytes);
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no " + MAC + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      utf8.clear();
      utf8.put(new byte[utf8.remaining()]);
    }
  }
}
