package org.dmore.benchmarks.rig;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dmore.coordinator.demo.VcpuAdapter;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.XenException;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;

/**
 * A guest that has a keyboard driver, perhaps a framebuffer's, and nothing else, on the one CPU of
 * an embedded domain.
 */
final class BareGuest {
  private final VirtualCpu cpu;
  private final KeyboardFrontend keyboard;
  private final Optional<FramebufferFrontend> screen;
  private final CompletableFuture<Void> booted = new CompletableFuture<>();

  /**
   * Puts the drivers into a domain that has not run yet.
   *
   * @param keys counts each key that the driver hands on
   * @param withScreen whether there is a framebuffer, of 800x600
   */
  BareGuest(EmbeddedDomain domain, Arrivals keys, boolean withScreen) {
    this.cpu = domain.vcpu0();
    VcpuAdapter adapter = new VcpuAdapter(cpu);
    this.keyboard =
        new KeyboardFrontend(domain.ports(), adapter, 0, (code, pressed) -> keys.add(1));
    this.screen =
        withScreen
            ? Optional.of(
                new FramebufferFrontend(
                    domain.ports(), adapter, 0, ScrollingDesktop.WIDTH, ScrollingDesktop.HEIGHT))
            : Optional.empty();
    cpu.execute(this::boot);
  }

  /** Waits until the driver has offered its page. */
  void awaitBooted() {
    booted.join();
  }

  /**
   * Draws a picture of 800x600 on the thread that calls, and lets the CPU tell of it; after the
   * boot.
   */
  void draw(int[] pixels) {
    FramebufferFrontend framebuffer = screen.orElseThrow();
    for (int row = 0; row < ScrollingDesktop.HEIGHT; row++) {
      framebuffer.putRow(0, row, pixels, row * ScrollingDesktop.WIDTH, ScrollingDesktop.WIDTH);
    }
    cpu.execute(() -> framebuffer.update(0, 0, ScrollingDesktop.WIDTH, ScrollingDesktop.HEIGHT));
  }

  private void boot() {
    try {
      if (screen.isPresent()) {
        screen.get().probe();
      }
      keyboard.probe();
      booted.complete(null);
    } catch (XenException | RuntimeException e) {
      booted.completeExceptionally(e);
    }
  }
}
