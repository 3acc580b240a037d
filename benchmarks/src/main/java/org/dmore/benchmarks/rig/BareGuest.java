package org.dmore.benchmarks.rig;

import java.util.concurrent.CompletableFuture;
import org.dmore.coordinator.demo.VcpuAdapter;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.XenException;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;

/** A guest that has a keyboard driver and nothing else, on the one CPU of an embedded domain. */
final class BareGuest {
  private final VirtualCpu cpu;
  private final KeyboardFrontend keyboard;
  private final CompletableFuture<Void> booted = new CompletableFuture<>();

  /**
   * Puts the driver into a domain that has not run yet.
   *
   * @param keys counts each key that the driver hands on
   */
  BareGuest(EmbeddedDomain domain, Arrivals keys) {
    this.cpu = domain.vcpu0();
    this.keyboard =
        new KeyboardFrontend(domain.ports(), new VcpuAdapter(cpu), 0, new Counter(keys));
    cpu.execute(this::boot);
  }

  /** Waits until the driver has offered its page. */
  void awaitBooted() {
    booted.join();
  }

  private void boot() {
    try {
      keyboard.probe();
      booted.complete(null);
    } catch (XenException | RuntimeException e) {
      booted.completeExceptionally(e);
    }
  }

  private static final class Counter implements KeyboardFrontend.Listener {
    private final Arrivals keys;

    Counter(Arrivals keys) {
      this.keys = keys;
    }

    @Override
    public void key(int code, boolean pressed) {
      keys.add(1);
    }

    @Override
    public void motion(int deltaX, int deltaY, int deltaZ) {}

    @Override
    public void position(int x, int y, int deltaZ) {}
  }
}
