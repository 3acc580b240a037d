package org.dmore.rfb.security;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dmore.rfb.Identity;

/** What security types that are told a name and a password do with them. */
public final class Credentials {
  private Credentials() {}

  /** Reads UTF-8 without making a String, which could not be overwritten. */
  public static char[] readSecret(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    char[] secret = new char[decoded.remaining()];
    decoded.get(secret);
    decoded.clear();
    decoded.put(new char[decoded.remaining()]);
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  /** Asks the verifier; the password is overwritten when it has answered, or failed to. */
  public static SecurityOutcome check(
      PasswordVerifier verifier, ConnectionInfo connection, String user, char[] password) {
    return new SecurityOutcome.Verifying(
        ask(verifier, connection, user, password)
            .whenComplete((identity, problem) -> Arrays.fill(password, '\0'))
            .thenApply(
                identity ->
                    identity
                        .<SecurityOutcome>map(SecurityOutcome.Accepted::new)
                        .orElseGet(() -> new SecurityOutcome.Rejected("authentication failed"))));
  }

  /** One that throws at once has failed as one that fails later. */
  private static CompletionStage<Optional<Identity>> ask(
      PasswordVerifier verifier, ConnectionInfo connection, String user, char[] password) {
    try {
      return verifier.verify(user, password, connection);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
