package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.demo.VcpuAdapter;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;

/** A guest's drivers of keyboard and framebuffer, on the one CPU of an embedded domain. */
final class GuestDrivers {
  private static final long PATIENCE_SECONDS = 10;

  private final EmbeddedDomain domain;
  private final VirtualCpu cpu;
  private final KeyboardFrontend keyboard;
  private final FramebufferFrontend framebuffer;
  private final CompletableFuture<Void> booted = new CompletableFuture<>();

  /**
   * Puts the drivers into a domain that has not run yet.
   *
   * @param width of the framebuffer, in pixels
   * @param height of it
   * @param input hears the keyboard's events, on the CPU
   */
  GuestDrivers(EmbeddedDomain domain, int width, int height, KeyboardFrontend.Listener input) {
    this.domain = domain;
    this.cpu = domain.vcpu0();
    VcpuAdapter adapter = new VcpuAdapter(cpu);
    this.keyboard = new KeyboardFrontend(domain.ports(), adapter, 0, input);
    this.framebuffer = new FramebufferFrontend(domain.ports(), adapter, 0, width, height);
    cpu.execute(this::boot);
  }

  /** The framebuffer's; its updates are told on the CPU. */
  FramebufferFrontend framebuffer() {
    return framebuffer;
  }

  /** Does something on the CPU. */
  void execute(Runnable task) {
    cpu.execute(task);
  }

  /** Waits until the drivers have offered their pages. */
  void awaitBooted() {
    booted.join();
  }

  /**
   * Waits until the drivers have heard what the backends have written so far: a watch that is set
   * now fires after those that are due.
   */
  void awaitNews() throws IOException {
    CompletableFuture<Void> heard = new CompletableFuture<>();
    XenStore.Watch watch =
        domain
            .ports()
            .xenStore()
            .watch("device/vfb/0/state", path -> cpu.execute(() -> heard.complete(null)));
    try {
      heard.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } finally {
      watch.close();
    }
  }

  private void boot() {
    try {
      framebuffer.probe();
      keyboard.probe();
      booted.complete(null);
    } catch (XenException | RuntimeException e) {
      booted.completeExceptionally(e);
    }
  }
}
