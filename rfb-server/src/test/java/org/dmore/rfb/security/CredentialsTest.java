package org.dmore.rfb.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  @Test
  void aVerifierThatThrowsHasFailedAndThePasswordIsOverwritten() {
    char[] password = "geheim".toCharArray();
    SecurityOutcome outcome =
        Credentials.check(
            (user, secret, from) -> {
              throw new IllegalStateException("the directory is down");
            },
            ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
            "alice",
            password);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SecurityOutcome.Verifying.class,
            verifying ->
                assertThat(verifying.answer().toCompletableFuture()).isCompletedExceptionally());
    assertThat(password).containsOnly('\0');
  }
}
