package org.dmore.rfb.security;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.dmore.rfb.Identity;

/**
 * A password for everything and one for looking, without names: the name that a user types does not
 * count. For security types that are told a password as it is; all of it counts, unlike in {@link
 * VncAuthentication}.
 */
public final class SharedPasswords implements PasswordVerifier {
  private final Supplier<char[]> password;
  private final Supplier<char[]> viewOnlyPassword;

  /**
   * Takes what gives the passwords; asked at each attempt, on an event loop, so they must not
   * block. Their arrays are overwritten after use; an empty one lets no one in.
   */
  public SharedPasswords(Supplier<char[]> password, Supplier<char[]> viewOnlyPassword) {
    this.password = password;
    this.viewOnlyPassword = viewOnlyPassword;
  }

  @Override
  public CompletionStage<Optional<Identity>> verify(
      String user, char[] attempt, ConnectionInfo from) {
    // Both are always compared, so that the time tells nothing of either.
    boolean full = isRight(password.get(), attempt);
    boolean viewOnly = isRight(viewOnlyPassword.get(), attempt);
    Optional<Identity> found = viewOnly ? Optional.of(Identity.viewOnly("")) : Optional.empty();
    return CompletableFuture.completedStage(full ? Optional.of(Identity.full("")) : found);
  }

  private static boolean isRight(char[] secret, char[] attempt) {
    byte[] right = utf8(secret);
    byte[] said = utf8(attempt);
    boolean same = MessageDigest.isEqual(right, said) && secret.length > 0;
    Arrays.fill(secret, '\0');
    Arrays.fill(right, (byte) 0);
    Arrays.fill(said, (byte) 0);
    return same;
  }

  private static byte[] utf8(char[] text) {
    var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    encoded.clear();
    encoded.put(new byte[encoded.remaining()]);
    return bytes;
  }
}
