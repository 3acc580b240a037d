package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedHostTest {
  private static final long MIB = 1 << 20;

  private MachineRoom room;
  private EmbeddedHost host;

  @BeforeEach
  void build() {
    room =
        MachineRoom.builder()
            .host("h1", 16 * MIB)
            .host("h2", 16 * MIB)
            .storeQuota(new StoreQuota(20, 3, 2))
            .build();
    host = room.host("h1");
  }

  @AfterEach
  void close() {
    room.close();
  }

  private EmbeddedDomain create(String name) throws XenException {
    return host.createDomain(DomainConfig.of(name, 4 * MIB));
  }

  @Test
  void numbersNeverRepeat() throws Exception {
    EmbeddedDomain first = create("a");
    assertThat(first.id()).isEqualTo(new DomainId(1));
    host.destroy(first);
    assertThat(create("a").id()).isEqualTo(new DomainId(2));
  }

  @Test
  void aNameIsUniqueOnAHost() throws Exception {
    create("a");
    assertRefused(Errno.EEXIST, () -> create("a"));
    room.host("h2").createDomain(DomainConfig.of("a", MIB));
  }

  @Test
  void memoryIsLimited() throws Exception {
    create("a");
    create("b");
    create("c");
    assertThat(host.freeMemoryBytes()).isEqualTo(4 * MIB);
    assertRefused(Errno.ENOMEM, () -> host.createDomain(DomainConfig.of("d", 4 * MIB + 4096)));
    create("d");
    host.destroy(host.find("a").orElseThrow());
    assertThat(host.freeMemoryBytes()).isEqualTo(4 * MIB);
  }

  @Test
  void theToolstackWritesTheDomainsNodes() throws Exception {
    EmbeddedDomain domain = host.createDomain(DomainConfig.of("a", MIB).asDriverDomain());
    XenStore dom0 = host.dom0().xenStore();
    String home = "/local/domain/" + domain.id();
    assertThat(dom0.read(home + "/name")).contains("a");
    assertThat(dom0.read(home + "/vm")).contains("/vm/" + domain.uuid());
    assertThat(dom0.permissions(home))
        .isEqualTo(NodePermissions.ownedBy(DomainId.DOM0).readableBy(domain.id()));
    XenStore own = domain.ports().xenStore();
    assertThat(own.read("domid")).contains(domain.id().toString());
    assertRefused(Errno.EACCES, () -> own.write("name", "b"));
    own.write("backend/vkbd/x", "1");
    own.write("data/x", "1");
  }

  @Test
  void destroyingTakesTheNodesAndTellsDom0() throws Exception {
    EmbeddedDomain domain = create("a");
    XenStore dom0 = host.dom0().xenStore();
    Queue<String> events = new ConcurrentLinkedQueue<>();
    dom0.watch("@releaseDomain", events::add);
    await().until(() -> events.size() == 1);
    host.destroy(domain);
    await().until(() -> events.size() == 2);
    assertThat(dom0.list("/local/domain/" + domain.id())).isEmpty();
    assertThat(host.find("a")).isEmpty();
    assertThat(domain.state()).isEqualTo(DomainState.DESTROYED);
    assertRefused(Errno.EBADF, () -> domain.ports().xenStore().read("name"));
    assertRefused(Errno.EIO, () -> domain.ports().eventChannels().allocateUnbound(DomainId.DOM0));
    assertThatThrownBy(() -> host.destroy(domain)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDestroyedDomainsWindowsAreClosedAndItsPeersAreAlone() throws Exception {
    EmbeddedDomain granter = create("a");
    EmbeddedDomain backend = create("b");
    long frame = granter.ports().memory().allocate(1);
    SharedPage own = granter.ports().memory().window(frame, 1);
    own.putInt(0, 1);
    GrantRef ref = granter.ports().grantOffers().offer(backend.id(), frame, Access.READ_WRITE);
    SharedPage mapped = backend.ports().grantTable().map(granter.id(), ref, Access.READ_WRITE);
    EventPort port = granter.ports().eventChannels().allocateUnbound(backend.id());
    EventPort local = backend.ports().eventChannels().bindInterdomain(granter.id(), port);
    host.destroy(granter);
    assertThatThrownBy(() -> own.getInt(0)).isInstanceOf(IllegalStateException.class);
    assertThat(mapped.getInt(0)).isEqualTo(1);
    assertThat(host.lingering()).extracting(DomainInfo::memoryBytes).containsExactly(4096L);
    backend.ports().eventChannels().notify(local);
    backend.ports().eventChannels().unbind(local);
    mapped.close();
    assertThat(host.lingering()).isEmpty();
  }

  @Test
  void destroyingADomainThatMigratesEndsTheMigration() throws Exception {
    EmbeddedDomain domain = create("a");
    host.unpause(domain);
    Migration migration =
        host.migrate(domain, room.host("h2"), MigrationOptions.DEFAULT.withBandwidth(MIB));
    await().until(() -> migration.phase() == MigrationPhase.PRECOPY);
    host.destroy(domain);
    assertThat(migration.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
    assertThat(room.host("h2").listing()).isEmpty();
  }

  @Test
  void aSecondRunningCopyIsRefusedAndNoted() throws Exception {
    EmbeddedDomain domain = create("a");
    host.unpause(domain);
    EmbeddedHost destination = room.host("h2");
    Migration migration = host.migrate(domain, destination, MigrationOptions.DEFAULT);
    migration.awaitLanded(Duration.ofSeconds(5));
    DomainId copy = migration.incomingId().orElseThrow();
    assertThatThrownBy(() -> destination.unpause(copy)).isInstanceOf(IllegalStateException.class);
    assertThat(room.invariantViolations()).singleElement().asString().contains("a--incoming");
    migration.rollback();
  }

  @Test
  void aDomainsShareOfXenstoreIsLimited() throws Exception {
    EmbeddedDomain domain = create("a");
    XenStore own = domain.ports().xenStore();
    assertRefused(
        Errno.EQUOTA,
        () -> {
          for (int i = 0; i < 20; i++) {
            own.write("data/" + i, "");
          }
        });
    own.remove("data/0");
    own.write("data/again", "");
    assertRefused(Errno.EQUOTA, () -> own.write("data/more", ""));
    for (int i = 0; i < 3; i++) {
      own.watch("data", path -> {});
    }
    assertRefused(Errno.EQUOTA, () -> own.watch("data", path -> {}));
    XenStore dom0 = host.dom0().xenStore();
    for (int i = 0; i < 100; i++) {
      dom0.write("/tool/" + i, "");
    }
  }

  @Test
  void pagesAreGivenOutSideBySideAndZeroed() throws Exception {
    GuestMemory memory = create("a").ports().memory();
    assertThat(memory.pages()).isEqualTo(1024);
    long first = memory.allocate(10);
    long second = memory.allocate(10);
    assertThat(first).isGreaterThanOrEqualTo(16);
    assertThat(second).isEqualTo(first + 10);
    memory.window(first, 10).fill(0, 10 * 4096, (byte) 7);
    memory.free(first, 10);
    assertThat(memory.allocate(11)).isEqualTo(second + 10);
    assertThat(memory.allocate(10)).isEqualTo(first);
    assertThat(memory.window(first + 9, 1).getInt(4092)).isZero();
    assertRefused(Errno.ENOMEM, () -> memory.allocate(1024));
    assertRefused(Errno.EINVAL, () -> memory.window(1020, 5));
    assertThatThrownBy(() -> memory.free(500, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.free(3, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
