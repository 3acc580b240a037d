package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.demo.VcpuAdapter;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;

/**
 * A guest with keyboard and framebuffer that answers each key event with one byte; the key {@code
 * b}, when it is pressed, also fills a block with the other of two colours, at once.
 */
final class AnsweringGuest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int LEFT = 320;
  private static final int TOP = 240;
  private static final int BLOCK = 64;
  private static final int[] COLOURS = {0x2060c0, 0xe0a020};

  /** {@code KEY_B} of {@code linux/input-event-codes.h}. */
  private static final int KEY_B = 48;

  private static final int ANSWER = 'k';
  private static final long PATIENCE_SECONDS = 10;

  private final EmbeddedDomain domain;
  private final VirtualCpu cpu;
  private final OutputStream answers;
  private final KeyboardFrontend keyboard;
  private final FramebufferFrontend framebuffer;
  private final CompletableFuture<Void> booted = new CompletableFuture<>();
  private final int[] row = new int[BLOCK];
  private int painted;

  /**
   * Puts the drivers into a domain that has not run yet.
   *
   * @param answers not buffered
   */
  AnsweringGuest(EmbeddedDomain domain, OutputStream answers) {
    this.domain = domain;
    this.cpu = domain.vcpu0();
    this.answers = answers;
    VcpuAdapter adapter = new VcpuAdapter(cpu);
    this.keyboard = new KeyboardFrontend(domain.ports(), adapter, 0, new Input());
    this.framebuffer = new FramebufferFrontend(domain.ports(), adapter, 0, WIDTH, HEIGHT);
    cpu.execute(this::boot);
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

  private void paint() {
    Arrays.fill(row, COLOURS[painted++ % COLOURS.length]);
    for (int y = TOP; y < TOP + BLOCK; y++) {
      framebuffer.putRow(LEFT, y, row, 0, BLOCK);
    }
    framebuffer.update(LEFT, TOP, BLOCK, BLOCK);
  }

  private final class Input implements KeyboardFrontend.Listener {
    @Override
    public void key(int code, boolean pressed) {
      try {
        answers.write(ANSWER);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // nobody listens any more
      }
      if (pressed && code == KEY_B) {
        paint();
      }
    }

    @Override
    public void motion(int deltaX, int deltaY, int deltaZ) {}

    @Override
    public void position(int x, int y, int deltaZ) {}
  }
}
