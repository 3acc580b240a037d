package org.dmore.coordinator.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.demo.VcpuAdapter;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.frontend.XenbusFrontend;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenbusState;
import org.dmore.xen.embedded.EmbeddedDomain;

/**
 * A guest whose kernel finds its devices as Linux's xenbus does ({@code xenbus_dev_changed} and
 * {@code xenbus_probe_node} of {@code drivers/xen/xenbus/xenbus_probe.c}): at boot and at any
 * change below {@code device}, it takes up what is in state INITIALISING and is new to it, passes
 * over what is in another state, and drops what is gone; a device that it has it does not look at
 * again.
 */
public final class HotplugGuest {
  public static final int WIDTH = 160;
  public static final int HEIGHT = 120;

  private final EmbeddedDomain domain;
  private final Map<String, XenbusFrontend> drivers = new HashMap<>();
  private final List<Integer> pressed = new CopyOnWriteArrayList<>();
  private final List<String> history = new CopyOnWriteArrayList<>();
  private XenStore.Watch watch;

  /** Puts a kernel into a domain, which boots when the domain first runs. */
  public HotplugGuest(EmbeddedDomain domain) {
    this.domain = domain;
    domain.vcpu0().execute(this::boot);
    domain.onResume(
        cancelled -> {
          drivers.values().stream()
              .filter(KeyboardFrontend.class::isInstance)
              .forEach(driver -> ((KeyboardFrontend) driver).freeze());
          if (!cancelled) {
            drivers.values().forEach(XenbusFrontend::resume);
          }
        });
  }

  public EmbeddedDomain domain() {
    return domain;
  }

  /** Codes of the keys that were pressed, in order. */
  public List<Integer> pressed() {
    return pressed;
  }

  /** What the kernel did with devices: {@code +device/vkbd/0}, {@code -device/vkbd/0}. */
  public List<String> history() {
    return history;
  }

  public KeyboardFrontend keyboard(int number) {
    return (KeyboardFrontend) drivers.get("device/vkbd/" + number);
  }

  public FramebufferFrontend framebuffer(int number) {
    return (FramebufferFrontend) drivers.get("device/vfb/" + number);
  }

  /** Unbinds a driver from its device and binds it again, as through sysfs. */
  public void rebind(String path) throws Exception {
    Object unused =
        run(
            () -> {
              drivers.get(path).remove();
              drivers.get(path).probe();
              return "";
            });
  }

  /** Runs something on the guest's CPU and waits for it. */
  public <T> T run(Callable<T> task) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    domain
        .vcpu0()
        .execute(
            () -> {
              try {
                done.complete(task.call());
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    return done.get(20, TimeUnit.SECONDS);
  }

  private void boot() {
    try {
      watch =
          domain
              .ports()
              .xenStore()
              .watch("device", path -> domain.vcpu0().execute(() -> changed(path)));
      for (String type : children("device")) {
        for (String number : children("device/" + type)) {
          changed("device/" + type + "/" + number);
        }
      }
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
  }

  private void changed(String path) {
    String[] parts = path.split("/", -1);
    if (watch == null || parts.length < 3) {
      return;
    }
    String device = parts[0] + "/" + parts[1] + "/" + parts[2];
    try {
      boolean exists = domain.ports().xenStore().read(device).isPresent();
      XenbusFrontend driver = drivers.get(device);
      if (!exists) {
        if (driver != null) {
          drivers.remove(device);
          history.add("-" + device);
          driver.remove();
        }
      } else if (driver == null && isNew(device)) {
        driver = driver(parts[1], Integer.parseInt(parts[2]));
        drivers.put(device, driver);
        history.add("+" + device);
        driver.probe();
      }
    } catch (XenException e) {
      history.add("!" + device + " " + e.getMessage());
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

  private XenbusFrontend driver(String type, int number) {
    VcpuAdapter cpu = new VcpuAdapter(domain.vcpu0());
    return type.equals("vkbd")
        ? new KeyboardFrontend(domain.ports(), cpu, number, new Input())
        : new FramebufferFrontend(domain.ports(), cpu, number, WIDTH, HEIGHT);
  }

  private List<String> children(String path) throws XenException {
    return domain.ports().xenStore().list(path).orElse(List.of());
  }

  private final class Input implements KeyboardFrontend.Listener {
    @Override
    public void key(int code, boolean down) {
      if (down) {
        pressed.add(code);
      }
    }
  }
}
