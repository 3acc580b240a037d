package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamSecurityTest {
  private static final StreamSecurity TLS =
      new StreamSecurity(
          Optional.of(
              new StreamSecurity.Keys(Path.of("/k/a.pem"), Path.of("/k/a.key"), Path.of("/k/c"))));

  @Test
  void aPlainPlaceIsForOneAddressAndABoundedTime() {
    assertThat(StreamSecurity.PLAIN.listener("10.0.0.1", "alpha", 120))
        .isEqualTo(
            "TCP-LISTEN:0,reuseaddr,keepalive,keepidle=30,keepintvl=10,keepcnt=6,accept-timeout=120,range=10.0.0.1/32");
    assertThat(StreamSecurity.PLAIN.listener("", "alpha", 120)).doesNotContain("range");
    assertThat(StreamSecurity.PLAIN.connector("10.0.0.2:999", "beta"))
        .isEqualTo("TCP:10.0.0.2:999");
  }

  @Test
  void bothEndsOfAProtectedStreamAskForTheOthersCertificateAndName() {
    assertThat(TLS.listener("10.0.0.1", "alpha", 120))
        .isEqualTo(
            "OPENSSL-LISTEN:0,reuseaddr,keepalive,keepidle=30,keepintvl=10,keepcnt=6,accept-timeout=120,range=10.0.0.1/32,cert=/k/a.pem,"
                + "key=/k/a.key,cafile=/k/c,verify=1,openssl-commonname=alpha");
    assertThat(TLS.connector("10.0.0.2:999", "beta"))
        .isEqualTo(
            "OPENSSL:10.0.0.2:999,cert=/k/a.pem,key=/k/a.key,cafile=/k/c,verify=1,"
                + "openssl-commonname=beta");
  }
}
