package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.rfb.ControlPolicy;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.Test;

class ConsoledConfigTest {
  @Test
  void allProblemsAreReportedAtOnce() {
    ConsoledConfig.Builder wrong =
        ConsoledConfig.builder(" ", "p\u00e4ss")
            .listenOn(" ", 65_536)
            .keymap("xx")
            .maxClients(129)
            .congestionMark(63)
            .webPort(70_000)
            .metricsPort(-1)
            .idleTimeout(Duration.ofSeconds(-1));
    assertThatThrownBy(wrong::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guestName")
        .hasMessageContaining("listenHost")
        .hasMessageContaining("listenPort=65536")
        .hasMessageContaining("password")
        .hasMessageNotContaining("p\u00e4ss")
        .hasMessageContaining("keymap=xx")
        .hasMessageContaining("maxClients=129")
        .hasMessageContaining("congestionMark=63")
        .hasMessageContaining("webPort=70000")
        .hasMessageContaining("metricsPort=-1")
        .hasMessageContaining("idleTimeout=PT-1S");
  }

  @Test
  void whatIsNotSaidIsAsUsual() {
    ConsoledConfig config = ConsoledConfig.forGuest("web1", "secret");
    assertThat(config)
        .isEqualTo(
            new ConsoledConfig(
                "web1",
                "127.0.0.1",
                0,
                "secret",
                "us",
                16,
                4096,
                OptionalInt.empty(),
                OptionalInt.empty(),
                ControlPolicy.everyone(),
                Duration.ZERO,
                Optional.empty(),
                false));
  }

  @Test
  void everySettingCanBeSaid() {
    ConsoledConfig config =
        ConsoledConfig.builder("web1", "secret")
            .listenOn("0.0.0.0", 5900)
            .keymap("de")
            .maxClients(3)
            .congestionMark(100)
            .webPort(6080)
            .metricsPort(9100)
            .control(ControlPolicy.newest())
            .idleTimeout(Duration.ofMinutes(30))
            .power(Duration.ofSeconds(5))
            .shared()
            .build();
    assertThat(config)
        .isEqualTo(
            new ConsoledConfig(
                "web1",
                "0.0.0.0",
                5900,
                "secret",
                "de",
                3,
                100,
                OptionalInt.of(6080),
                OptionalInt.of(9100),
                ControlPolicy.newest(),
                Duration.ofMinutes(30),
                Optional.of(Duration.ofSeconds(5)),
                true));
  }

  @Test
  void thePasswordIsNotInItsText() {
    assertThat(ConsoledConfig.forGuest("web1", "topsecret").toString()).doesNotContain("topsecret");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build()) {
      assertThatThrownBy(() -> start(room, "127.0.0.1", taken.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port=" + taken.getLocalPort())
          .hasMessageContaining("in use");
    }
  }

  @Test
  void anAddressThatIsNoneIsNamed() throws Exception {
    try (MachineRoom room = MachineRoom.builder().host("h1", 64 << 20).build()) {
      assertThatThrownBy(() -> start(room, "no such host.invalid", 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no such host.invalid");
    }
  }

  private static void start(MachineRoom room, String host, int port) throws IOException {
    EmbeddedDomain domR =
        room.host("h1").createDomain(DomainConfig.of("domr", 16 << 20).asDriverDomain());
    room.host("h1").unpause(domR);
    try (Consoled consoled =
        new Consoled(
            ConsoledConfig.builder("web1", "").listenOn(host, port).build(), domR.ports())) {
      consoled.start();
    }
  }
}
