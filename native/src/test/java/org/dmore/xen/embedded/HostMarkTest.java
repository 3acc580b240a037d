package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.dmore.xen.HostMark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostMarkTest {
  private static final long MIB = 1 << 20;

  private MachineRoom room;
  private EmbeddedDomain domain;
  private HostMark mark;

  @BeforeEach
  void build() throws Exception {
    room = MachineRoom.builder().host("h1", 16 * MIB).host("h2", 16 * MIB).build();
    domain = room.host("h1").createDomain(DomainConfig.of("a", 4 * MIB));
    room.host("h1").unpause(domain);
    mark = new HostMark(domain.ports().xenStore(), "test");
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void withoutAMoveItStays() throws Exception {
    assertThat(mark.isHere()).as("never set").isTrue();
    mark.set();
    assertThat(mark.isHere()).isTrue();
    mark.set();
    assertThat(mark.isHere()).isTrue();
    mark.remove();
    assertThat(domain.ports().xenStore().list("data/host-mark").orElseThrow()).isEmpty();
  }

  @Test
  void aMoveLeavesItBehindThoughTheNumberIsTheSame() throws Exception {
    mark.set();
    int before = domain.id().value();
    Migration migration =
        room.host("h1").migrate(domain, room.host("h2"), MigrationOptions.DEFAULT);
    migration.awaitLanded(Duration.ofSeconds(5));
    migration.complete();
    room.host("h2").unpause(domain);
    assertThat(domain.id().value()).as("the first domain of either host").isEqualTo(before);
    assertThat(mark.isHere()).isFalse();
    mark.set();
    assertThat(mark.isHere()).isTrue();
  }
}
