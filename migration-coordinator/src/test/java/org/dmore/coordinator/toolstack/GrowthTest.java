package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration HOURS = Duration.ofHours(1);

  private final AtomicReference<Optional<VmHost.IncomingVm>> arrived =
      new AtomicReference<>(Optional.empty());
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean silent;

  /** A destination that is asked what has arrived, and for nothing else. */
  private VmHost destination() {
    return (VmHost)
        Proxy.newProxyInstance(
            VmHost.class.getClassLoader(),
            new Class<?>[] {VmHost.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "name" -> "beta";
                  case "incoming" -> {
                    assertThat(arguments).containsExactly("web1");
                    looks.incrementAndGet();
                    if (silent) {
                      throw new IOException("no route to host");
                    }
                    yield arrived.get();
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private void look() {
    int before = looks.get();
    await().atMost(SOON).until(() -> looks.get() >= before + 2);
  }

  @Test
  void aVmIsSeenToGrowAndItsTimeIsReckoned() {
    try (Growth growth = new Growth(destination(), "web1", 1000)) {
      look();
      assertThat(growth.id()).isEmpty();
      assertThat(growth.progress("copying"))
          .isEqualTo(new VmMigration.Progress("copying", 0, 1000, Duration.ofDays(1)));
      arrived.set(Optional.of(new VmHost.IncomingVm(new DomainId(9), 250)));
      look();
      assertThat(growth.id()).contains(new DomainId(9));
      VmMigration.Progress quarter = growth.progress("copying");
      assertThat(quarter.bytesDone()).isEqualTo(250);
      assertThat(quarter.remaining()).isPositive().isLessThan(HOURS);
      silent = true;
      look();
      assertThat(growth.progress("copying").bytesDone()).isEqualTo(250);
      silent = false;
      arrived.set(Optional.of(new VmHost.IncomingVm(new DomainId(9), 1200)));
      look();
      VmMigration.Progress all = growth.progress("landed");
      assertThat(all).isEqualTo(new VmMigration.Progress("landed", 1000, 1000, Duration.ZERO));
    }
  }

  @Test
  void whatIsClosedLooksNoLonger() {
    Growth growth = new Growth(destination(), "web1", 1000);
    look();
    growth.close();
    await()
        .atMost(SOON)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("growth-of-web1")));
  }
}
