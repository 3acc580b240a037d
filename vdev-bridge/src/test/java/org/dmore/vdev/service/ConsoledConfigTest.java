package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.Test;

class ConsoledConfigTest {
  @Test
  void allProblemsAreReportedAtOnce() {
    assertThatThrownBy(() -> new ConsoledConfig(" ", " ", 65_536, "p\u00e4ss", "xx", 65, 63))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guestName")
        .hasMessageContaining("listenHost")
        .hasMessageContaining("listenPort=65536")
        .hasMessageContaining("password")
        .hasMessageNotContaining("p\u00e4ss")
        .hasMessageContaining("keymap=xx")
        .hasMessageContaining("maxClients=65")
        .hasMessageContaining("congestionMark=63");
  }

  @Test
  void whatIsNotSaidIsAsUsual() {
    ConsoledConfig config = ConsoledConfig.forGuest("web1", "secret");
    assertThat(config)
        .isEqualTo(new ConsoledConfig("web1", "127.0.0.1", 0, "secret", "us", 16, 4096));
    assertThat(config.listeningOn("0.0.0.0", 5900).listenPort()).isEqualTo(5900);
    assertThat(config.withKeymap("de").keymap()).isEqualTo("de");
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
        new Consoled(ConsoledConfig.forGuest("web1", "").listeningOn(host, port), domR.ports())) {
      consoled.start();
    }
  }
}
