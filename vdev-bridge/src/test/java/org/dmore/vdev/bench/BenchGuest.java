package org.dmore.vdev.bench;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.frontend.FramebufferFrontend;
import org.dmore.vdev.frontend.GuestCpu;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventPort;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.XenbusState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.VirtualCpu;

/** A guest with both drivers, which work once they are probed; methods suit any thread. */
public final class BenchGuest {
  private final EmbeddedDomain domain;
  private final KeyboardFrontend keyboard;
  private final FramebufferFrontend framebuffer;
  private final List<Integer> pressed = new CopyOnWriteArrayList<>();
  private final Set<Integer> held = ConcurrentHashMap.newKeySet();
  private final List<String> pointer = new CopyOnWriteArrayList<>();

  BenchGuest(EmbeddedDomain domain) {
    this.domain = domain;
    Cpu cpu = new Cpu(domain.vcpu0());
    this.keyboard = new KeyboardFrontend(domain.ports(), cpu, 0, new Input());
    this.framebuffer = new FramebufferFrontend(domain.ports(), cpu, 0, 160, 120);
  }

  public EmbeddedDomain domain() {
    return domain;
  }

  public DomainId id() {
    return domain.id();
  }

  public GuestPorts ports() {
    return domain.ports();
  }

  public KeyboardFrontend keyboard() {
    return keyboard;
  }

  public FramebufferFrontend framebuffer() {
    return framebuffer;
  }

  /** Codes of keys that the driver saw pressed, in order. */
  public List<Integer> pressed() {
    return pressed;
  }

  /** Pointer events that the driver saw: {@code abs X Y Z} or {@code rel X Y Z}. */
  public List<String> pointer() {
    return pointer;
  }

  /** Writes a node of a device's, relative to the guest's own domain. */
  public void write(String node, String value) throws XenException {
    ports().xenStore().write(node, value);
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

  public void probeKeyboard() throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.probe();
              return "";
            });
  }

  /** As {@link #probeKeyboard}, with a page whose indices begin at a number. */
  public void probeKeyboardAt(int index) throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.probe();
              keyboard.setIndices(index);
              return "";
            });
  }

  public void removeKeyboard() throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.remove();
              return "";
            });
  }

  /** Unbinds the driver and binds it again, with nothing in between. */
  public void rebindKeyboard() throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.remove();
              keyboard.probe();
              return "";
            });
  }

  public void removeFramebuffer() throws Exception {
    Object unused =
        run(
            () -> {
              framebuffer.remove();
              return "";
            });
  }

  /** Draws a pixel and tells of it. */
  public void draw(int x, int y, int colour) throws Exception {
    Object unused =
        run(
            () -> {
              framebuffer.putRow(x, y, new int[] {colour}, 0, 1);
              framebuffer.update(x, y, 1, 1);
              return "";
            });
  }

  /** Whether both drivers have seen that their backends are connected; they may work before. */
  public boolean isConnected() throws Exception {
    return (boolean)
        run(
            () ->
                keyboard.state() == XenbusState.CONNECTED
                    && framebuffer.state() == XenbusState.CONNECTED);
  }

  /** Has the kernel ask all devices to close. */
  public void shutdown() throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.shutdown();
              framebuffer.shutdown();
              return "";
            });
  }

  /** Ends the drivers without a word. */
  void vanish() throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.vanish();
              framebuffer.vanish();
              return "";
            });
  }

  public void probeFramebuffer() throws Exception {
    Object unused =
        run(
            () -> {
              framebuffer.probe();
              return "";
            });
  }

  public void stall(boolean stalled) throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.setStalled(stalled);
              return "";
            });
  }

  /** Keys that are down as the kernel's input layer has it. */
  public Set<Integer> held() {
    return held;
  }

  /** Has the kernel do to the keyboard what it does at a suspend, and after it if it moved. */
  public void suspendKeyboard(boolean moved) throws Exception {
    Object unused =
        run(
            () -> {
              keyboard.freeze();
              if (moved) {
                keyboard.resume();
              }
              return "";
            });
  }

  private final class Input implements KeyboardFrontend.Listener {
    @Override
    public void key(int code, boolean down) {
      // The input layer passes over what changes nothing; a press of what is down is autorepeat.
      if (down) {
        pressed.add(code);
        held.add(code);
      } else {
        held.remove(code);
      }
    }

    @Override
    public void letGo(int code) {
      held.remove(code);
    }

    @Override
    public void motion(int deltaX, int deltaY, int deltaZ) {
      pointer.add("rel " + deltaX + " " + deltaY + " " + deltaZ);
    }

    @Override
    public void position(int x, int y, int deltaZ) {
      pointer.add("abs " + x + " " + y + " " + deltaZ);
    }
  }

  private record Cpu(VirtualCpu cpu) implements GuestCpu {
    @Override
    public void execute(Runnable task) {
      cpu.execute(task);
    }

    @Override
    public void onEvent(EventPort port, Runnable handler) {
      cpu.onEvent(port, handler);
    }

    @Override
    public void removeEvent(EventPort port) {
      cpu.forget(port);
    }
  }
}
