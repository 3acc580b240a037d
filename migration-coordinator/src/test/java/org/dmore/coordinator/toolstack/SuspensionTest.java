package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SuspensionTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String NODE = "/local/domain/5/control/shutdown";

  private final MachineRoom room = MachineRoom.builder().host("alpha", 1 << 20).build();
  private final XenStore store = room.host("alpha").dom0().xenStore();

  @AfterEach
  void close() {
    room.close();
  }

  /** Waits until watches have told what there was to tell: they do so in turn. */
  private static void settle(XenStore store) throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    XenStore.Watch watch = store.watch("/settled", path -> told.countDown());
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    watch.close();
  }

  @Test
  void nothingStandsStillBeforeTheGuestIsAsked() throws Exception {
    try (Suspension suspension = new Suspension(store, new DomainId(5))) {
      settle(store);
      store.write("/local/domain/6/control/shutdown", "suspend");
      settle(store);
      assertThat(suspension.soFar()).isZero();
    }
  }

  @Test
  void timeRunsFromTheRequestUntilTheGuestRunsAgain() throws Exception {
    try (Suspension suspension = new Suspension(store, new DomainId(5))) {
      settle(store);
      store.write(NODE, "suspend");
      store.write(NODE, ""); // as the guest does
      await().atMost(SOON).until(() -> suspension.soFar().toMillis() > 0);
      Duration earlier = suspension.soFar();
      await().atMost(SOON).until(() -> suspension.soFar().compareTo(earlier) > 0);
      suspension.over();
      Duration stood = suspension.soFar();
      store.write(NODE, "suspend");
      settle(store);
      suspension.over();
      assertThat(suspension.soFar()).isEqualTo(stood).isGreaterThan(earlier);
    }
  }
}
