package org.dmore.coordinator.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dmore.coordinator.demo.guest.GuestInfo;
import org.dmore.coordinator.demo.guest.GuestShell;
import org.dmore.coordinator.demo.guest.MemoryToucher;
import org.dmore.coordinator.demo.guest.PixelSurface;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.frontend.XenbusFrontend;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenbusState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo's guest: a kernel of two drivers and a shell, on the one virtual CPU of an embedded
 * domain. Methods may be called from any thread.
 */
public final class EmbeddedGuest {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedGuest.class);

  /**
   * Linux's default for a paravirtual framebuffer, {@code XENFB_WIDTH} and {@code XENFB_HEIGHT}.
   */
  private static final int WIDTH = 800;

  private static final int HEIGHT = 600;

  /** How much of the guest's memory its program may dirty: one part in this many. */
  private static final int DIRTYABLE_SHARE = 2;

  /** The first code of {@code linux/input-event-codes.h} that is a mouse button's. */
  private static final int BTN_MOUSE = 0x110;

  /** Longer than any move. */
  private static final Duration QUERY = Duration.ofSeconds(30);

  private final EmbeddedDomain domain;
  private final VirtualCpu cpu;
  private final KeyboardFrontend keyboard;
  private final FramebufferFrontend framebuffer;
  private final KeyboardFrontend.Listener listener;
  private final AtomicInteger migrations = new AtomicInteger();

  // Touched on the guest's CPU alone.
  private final Map<String, XenbusFrontend> drivers = new HashMap<>();
  private final Set<String> unplugged = new HashSet<>();
  private GuestShell shell;

  @SuppressWarnings("UnusedVariable") // kept as long as the guest
  private XenStore.Watch watch;

  /**
   * Puts a kernel into a domain that has not run yet; it boots when the domain first runs.
   *
   * @param listener hears of every input event that the driver consumes
   */
  public EmbeddedGuest(EmbeddedDomain domain, KeyboardFrontend.Listener listener) {
    this.domain = domain;
    this.cpu = domain.vcpu0();
    this.listener = listener;
    VcpuAdapter adapter = new VcpuAdapter(cpu);
    this.keyboard = new KeyboardFrontend(domain.ports(), adapter, 0, new ShellInput());
    this.framebuffer = new FramebufferFrontend(domain.ports(), adapter, 0, WIDTH, HEIGHT);
    domain.onResume(this::resumed);
    cpu.execute(this::boot);
  }

  /** The domain that it runs in. */
  public EmbeddedDomain domain() {
    return domain;
  }

  /** How often it was moved. */
  public int migrations() {
    return migrations.get();
  }

  /** Asks something of the guest's state on its own CPU and waits; the domain must be running. */
  public <T> T query(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    cpu.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get(QUERY.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + domain, e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no answer from " + domain, e);
    }
  }

  /** A row of the text on its screen. */
  public String textAt(int row) {
    return query(() -> shell.textAt(row));
  }

  /** Rows of text. */
  public int textRows() {
    return query(() -> shell.rows());
  }

  /** The keyboard's driver; to be touched on the guest's CPU, by {@link #query}. */
  public KeyboardFrontend keyboard() {
    return keyboard;
  }

  /** The framebuffer's driver; to be touched on the guest's CPU, by {@link #query}. */
  public FramebufferFrontend framebuffer() {
    return framebuffer;
  }

  /** Stops consuming input, as a guest that hangs does, or goes on. */
  public void setStalled(boolean stalled) {
    cpu.execute(() -> keyboard.setStalled(stalled));
  }

  /** Stops consuming input for a time. */
  public void stallFor(Duration time) {
    cpu.execute(() -> keyboard.setStalled(true));
    VirtualCpu.Timer unused = cpu.schedule(time, () -> keyboard.setStalled(false));
  }

  private void boot() {
    try {
      framebuffer.probe();
      keyboard.probe();
      drivers.put("device/vfb/0", framebuffer);
      drivers.put("device/vkbd/0", keyboard);
      watch =
          domain.ports().xenStore().watch("device", path -> cpu.execute(() -> deviceChanged(path)));
      shell =
          new GuestShell(
              new FramebufferSurface(),
              new Info(),
              (delayMillis, task) -> cpu.schedule(Duration.ofMillis(delayMillis), task),
              new DirtyableMemory(),
              Clock.system(ZoneId.systemDefault()));
      shell.start();
    } catch (XenException e) {
      LOG.error("guest={} cannot boot: {}", domain.name(), e.getMessage());
    }
  }

  /**
   * A device that is taken away is given up, and taken up when it is plugged in again, as Linux's
   * xenbus does ({@code xenbus_dev_changed}).
   */
  private void deviceChanged(String path) {
    String[] parts = path.split("/", -1);
    String device = parts.length < 3 ? "" : String.join("/", parts[0], parts[1], parts[2]);
    XenbusFrontend driver = drivers.get(device);
    if (driver == null) {
      return;
    }
    try {
      boolean exists = domain.ports().xenStore().read(device).isPresent();
      if (!exists && unplugged.add(device)) {
        driver.remove();
      } else if (exists && unplugged.contains(device) && isNew(device)) {
        unplugged.remove(device);
        driver.probe();
        shell.redrawAll();
      }
    } catch (XenException e) {
      LOG.warn("guest={} device={}: {}", domain.name(), device, e.getMessage());
    }
  }

  private boolean isNew(String device) throws XenException {
    return domain
        .ports()
        .xenStore()
        .read(device + "/state")
        .map(XenbusState::parse)
        .filter(XenbusState.INITIALISING::equals)
        .isPresent();
  }

  private void resumed(boolean cancelled) {
    keyboard.freeze(); // was before the suspend; nothing has run since
    if (cancelled) {
      return; // called off: channels and grants are as they were
    }
    migrations.incrementAndGet();
    keyboard.resume();
    framebuffer.resume();
    if (shell != null) {
      shell.migrated();
    }
  }

  /** The driver's events, to whoever listens and to the shell. */
  private final class ShellInput implements KeyboardFrontend.Listener {
    @Override
    public void key(int code, boolean pressed) {
      listener.key(code, pressed);
      show(code, pressed);
    }

    @Override
    public void letGo(int code) {
      listener.letGo(code);
      show(code, false);
    }

    private void show(int code, boolean pressed) {
      if (code >= BTN_MOUSE) {
        shell.button(code, pressed);
      } else {
        shell.key(code, pressed);
      }
    }

    @Override
    public void motion(int deltaX, int deltaY, int deltaZ) {
      listener.motion(deltaX, deltaY, deltaZ);
    }

    @Override
    public void position(int x, int y, int deltaZ) {
      listener.position(x, y, deltaZ);
      shell.pointerMoved(x, y);
    }
  }

  private final class FramebufferSurface implements PixelSurface {
    @Override
    public int width() {
      return WIDTH;
    }

    @Override
    public int height() {
      return HEIGHT;
    }

    @Override
    public void putRow(int x, int y, int[] pixels, int offset, int count) {
      framebuffer.putRow(x, y, pixels, offset, count);
    }

    @Override
    public void flush(int x, int y, int width, int height) {
      framebuffer.update(x, y, width, height);
    }
  }

  private final class Info implements GuestInfo {
    @Override
    public String hostName() {
      return domain.host().name();
    }

    @Override
    public int domainId() {
      return domain.id().value();
    }

    @Override
    public long memoryBytes() {
      return domain.config().memoryBytes();
    }

    @Override
    public int migrations() {
      return migrations.get();
    }
  }

  private final class DirtyableMemory implements MemoryToucher {
    private final SharedPage window;

    DirtyableMemory() throws XenException {
      int pages = (int) (domain.ports().memory().pages() / DIRTYABLE_SHARE);
      long frame = domain.ports().memory().allocate(pages);
      window = domain.ports().memory().window(frame, pages);
    }

    @Override
    public long capacityBytes() {
      return window.size();
    }

    @Override
    public void touch(long offset, long length, long value) {
      for (long at = offset; at < offset + length; at += SharedPage.PAGE_SIZE) {
        window.putLong((int) at & ~7, value);
      }
    }
  }
}
