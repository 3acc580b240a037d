package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.dmore.rfb.security.SecurityType;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleSecurityTest {
  @TempDir Path home;

  @Test
  void aPasswordAloneIsVncAuthenticationAndNoneLetsEveryoneIn() {
    assertThat(ConsoleSecurity.ofPassword("geheim").types())
        .extracting(SecurityType::name)
        .containsExactly("VncAuth");
    assertThat(ConsoleSecurity.ofPassword("").types())
        .extracting(SecurityType::name)
        .containsExactly("None");
    assertThat(ConsoleSecurity.ofPassword("geheim").keys()).isEmpty();
  }

  @Test
  void keysAreMadeOnFirstRunAndKept() throws IOException {
    Path folder = home.resolve("keys");
    ConsoleSecurity first = ConsoleSecurity.withKeys("geheim", folder, List.of("localhost"));
    ConsoleSecurity second = ConsoleSecurity.withKeys("geheim", folder, List.of("localhost"));
    assertThat(first.types())
        .extracting(SecurityType::name)
        .containsExactly("VeNCrypt", "RA2_256", "RA2", "RA2ne_256", "RA2ne", "VncAuth");
    assertThat(first.keys()).isPresent().isEqualTo(second.keys());
    assertThat(first.keys().orElseThrow().certificate()).exists();
    AccessControl access =
        new AccessControl(
            AccessSettings.ofPassword("").withTokens("web1", List.of()),
            MemoryStore.none(),
            Clock.systemUTC());
    ConsoleSecurity tokens = ConsoleSecurity.withKeys(access, folder, List.of("localhost"));
    assertThat(tokens.types())
        .extracting(SecurityType::name)
        .containsExactly("VeNCrypt", "RA2_256", "RA2", "RA2ne_256", "RA2ne", "VncAuth");
    assertThat(ConsoleSecurity.of(access).types())
        .extracting(SecurityType::name)
        .containsExactly("VeNCrypt", "VncAuth"); // Plain within wss
  }
}
