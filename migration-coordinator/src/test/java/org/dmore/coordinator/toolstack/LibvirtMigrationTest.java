package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LibvirtMigrationTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final DomainId ID = new DomainId(5);
  private static final String NODE = "/local/domain/5/control/shutdown";

  private final MachineRoom room = MachineRoom.builder().host("alpha", 1 << 20).build();
  private final XenStore store = room.host("alpha").dom0().xenStore();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final AtomicInteger cuts = new AtomicInteger();

  @AfterEach
  void close() {
    room.close();
  }

  private LibvirtMigration migration(LibvirtMigration.Cut cut) throws IOException {
    return new LibvirtMigration(
        "web1", end, Growth.unwatched(100), new Suspension(store, ID), cut, SHORT);
  }

  @Test
  void landingIsForGood() throws Exception {
    LibvirtMigration migration = migration(cuts::incrementAndGet);
    assertThat(migration.landsForGood()).isTrue();
    assertThat(migration.progress().phase()).isEqualTo("copying");
    assertThatThrownBy(() -> migration.awaitLanded(SHORT)).isInstanceOf(TimeoutException.class);
    boolean unused = end.complete(null);
    migration.awaitLanded(SOON);
    assertThat(migration.progress().phase()).isEqualTo("landed");
    assertThatThrownBy(migration::abort)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("web1 is at the destination for good");
    assertThat(cuts).hasValue(0);
  }

  @Test
  void whatFailsSaysWhyAndTheVmStandsStillNoLonger() throws Exception {
    LibvirtMigration migration = migration(cuts::incrementAndGet);
    CountDownLatch watches = new CountDownLatch(1);
    XenStore.Watch watch = store.watch("/settled", path -> watches.countDown());
    assertThat(watches.await(10, TimeUnit.SECONDS)).isTrue();
    watch.close();
    store.write(NODE, "suspend");
    await().atMost(SOON).until(() -> !migration.standingStill().isZero());
    boolean unused = end.completeExceptionally(new IllegalStateException("no room"));
    assertThatThrownBy(() -> migration.awaitLanded(SOON))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("libvirt refuses: no room");
    Duration stood = migration.standingStill();
    migration.runsAgain();
    assertThat(migration.standingStill()).isEqualTo(stood);
  }

  @Test
  void callingOffCutsTheConnectionAndWaitsForLibvirtToGiveUp() throws Exception {
    LibvirtMigration migration =
        migration(
            () -> {
              cuts.incrementAndGet();
              boolean unused = end.completeExceptionally(new IOException("connection reset"));
            });
    migration.abort();
    assertThat(cuts).hasValue(1);
    migration.abort();
    assertThat(cuts).as("it has ended already").hasValue(1);
  }

  @Test
  void whatCannotBeCutIsSaidToMoveOn() throws Exception {
    LibvirtMigration tunnelled =
        migration(
            () -> {
              throw new IOException("it goes on");
            });
    assertThatThrownBy(tunnelled::abort).isInstanceOf(IOException.class).hasMessage("it goes on");
    assertThatThrownBy(migration(cuts::incrementAndGet)::abort)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("web1 still moves");
  }

  @Test
  void aVmThatLandsWhileItIsCalledOffIsAtTheDestination() throws Exception {
    LibvirtMigration migration = migration(() -> end.complete(null));
    assertThatThrownBy(migration::abort)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("for good");
  }
}
