package org.dmore.coordinator.host;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.vdev.wire.KbdifPage;
import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.XenbusState;

/**
 * Dom0's part in the consoles of one host.
 *
 * <p>Everything goes through the ports of {@code native}: it is the same on any host that has them.
 * Thread-safe.
 */
public final class HostAgent implements ConsoleAgent, AutoCloseable {
  private static final String HOME = "/local/domain/";

  private final ControlPorts ports;
  private final AtomicLong sequence = new AtomicLong(new SecureRandom().nextLong() >>> 2);
  private final Map<DeviceId, FramebufferSeeder> seeders = new ConcurrentHashMap<>();

  /** Works with dom0's interfaces, which stay the caller's. */
  public HostAgent(ControlPorts ports) {
    this.ports = ports;
  }

  /**
   * Gives a guest a keyboard and a framebuffer whose backend is a DomR, as a toolstack would, and
   * grants the framebuffer's pages whenever the guest's driver shares some. Nodes and permissions
   * come in one transaction, so that no watcher meets nodes that it may not touch yet.
   *
   * @throws XenException if xenstore refuses
   */
  @Override
  public void attachDevices(ConsoleId console, DomainId domU) throws XenException {
    boolean placeholder = console.domR().equals(DomainId.DOM0);
    if (!placeholder) {
      ConsoledControl.prepare(ports.xenStore(), console);
    }
    ports
        .xenStore()
        .inTransaction(
            view -> {
              for (DeviceType type : DeviceType.values()) {
                DeviceNodes.write(
                    view, new DeviceId(type, domU, 0), console, XenbusState.INITIALISING);
              }
              return null;
            });
    if (!placeholder) {
      adoptDevices(console.domR(), domU);
    }
  }

  /**
   * Takes over the devices that a guest has already, from an agent that is no more: grants go on as
   * they were. Does nothing to them if they are right.
   *
   * @throws XenException if xenstore refuses
   */
  @Override
  public void adoptDevices(DomainId domR, DomainId domU) throws XenException {
    DeviceId framebuffer = new DeviceId(DeviceType.FRAMEBUFFER, domU, 0);
    FramebufferSeeder seeder = FramebufferSeeder.logging(ports, framebuffer, domR);
    FramebufferSeeder before = seeders.put(framebuffer, seeder);
    if (before != null) {
      before.close();
    }
    seeder.start();
  }

  /**
   * Waits until DomR's backends have said what they can do, which must be so before the guest's
   * drivers look.
   *
   * @throws IOException if they have not within the time: consoled does not run in that domain
   */
  public void awaitBackends(DomainId domR, DomainId domU, Duration timeout)
      throws IOException, InterruptedException {
    for (DeviceType type : DeviceType.values()) {
      String node = HOME + domR + "/" + new DeviceId(type, domU, 0).backendPath() + "/state";
      CompletableFuture<Void> ready = new CompletableFuture<>();
      XenStore.Watch watch = ports.xenStore().watch(node, path -> completeIfReady(node, ready));
      try (watch) {
        ready.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new IOException(
            "domain=" + domR + " does not serve " + node + ": does consoled run in it?", e);
      } catch (ExecutionException e) {
        throw new IOException(node + " cannot be read", e.getCause());
      }
    }
  }

  /** Takes the devices away, and what was granted for them. */
  public void detachDevices(DomainId domR, DomainId domU) throws XenException {
    forgetDevices(domU);
    XenStore store = ports.xenStore();
    store.inTransaction(
        view -> {
          for (DeviceType type : DeviceType.values()) {
            DeviceId id = new DeviceId(type, domU, 0);
            DeviceNodes.remove(view, id, domR);
          }
          return null;
        });
  }

  /** Stops granting for a guest that is no longer here. */
  @Override
  public void forgetDevices(DomainId domU) throws XenException {
    FramebufferSeeder seeder = seeders.remove(new DeviceId(DeviceType.FRAMEBUFFER, domU, 0));
    if (seeder != null) {
      seeder.close();
    }
    for (DeviceType type : DeviceType.values()) {
      String place = HOME + DomainId.DOM0 + "/backend/" + type.node() + "/" + domU;
      if (ports.xenStore().list(place).isPresent()) {
        ports.xenStore().remove(place); // the frontend stays, and is found to have no backend
      }
    }
  }

  @Override
  public ConsoleNotes notes(ConsoleId console) throws XenException {
    XenStore store = ports.xenStore();
    String home = HOME + console.domR() + "/";
    Optional<String> waiting = store.read(home + console.nodes().waiting());
    return new ConsoleNotes(
        store.read(home + console.nodes().started()), waiting.map(HostAgent::count).orElse(0L));
  }

  private static long count(String text) {
    try {
      return Math.max(0, Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return 0; // DomR's to write, and nonsense
    }
  }

  @Override
  public ControlMessage command(
      ConsoleId console, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException, InterruptedException {
    return openConsoled(console).send(verb, arguments, deadline);
  }

  /** The control channel to a console. */
  public ConsoledControl consoled(ConsoleId console) {
    return new ConsoledControl(ports.xenStore(), console, sequence);
  }

  /**
   * The control channel to a console, whether or not anything was attached to it from here: a DomR
   * that has moved finds the channel's nodes no more.
   *
   * @throws XenException if xenstore refuses
   */
  public ConsoledControl openConsoled(ConsoleId console) throws XenException {
    ConsoledControl.prepare(ports.xenStore(), console);
    return consoled(console);
  }

  /**
   * Where in a guest's memory its keyboard page lies, as its driver wrote it; the page keeps that
   * place when the guest moves.
   */
  @Override
  public OptionalLong keyboardFrame(DomainId domU) throws XenException {
    for (DeviceNodes.Frontend device :
        new DeviceNodes(ports.xenStore()).frontends(domU, DeviceType.KEYBOARD)) {
      Optional<String> pageRef = ports.xenStore().read(device.id().frontendPath() + "/page-ref");
      try {
        if (pageRef.isPresent()) {
          return OptionalLong.of(Long.parseLong(pageRef.get().strip()));
        }
      } catch (NumberFormatException e) {
        return OptionalLong.empty(); // the guest's to write, and nonsense
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Reads how far a guest came in its keyboard ring, out of its own page: the receipt. The guest
   * must be paused, so that it consumes nothing more and its driver has not wiped the page yet. The
   * page's {@code in_prod} is no part of it: DomR's last writes may have missed the page's copy.
   *
   * @param frame as {@link #keyboardFrame} gave it where the guest came from
   * @return {@code in_cons}, u32
   * @throws XenException if the page cannot be mapped
   */
  @Override
  public int readConsumer(DomainId domU, long frame) throws XenException {
    try (SharedPage page = ports.foreignMemory().map(domU, new long[] {frame}, Access.READ_ONLY)) {
      return page.getIntAcquire(KbdifPage.IN_CONS);
    }
  }

  @Override
  public void close() {
    seeders.values().forEach(FramebufferSeeder::close);
    seeders.clear();
  }

  private void completeIfReady(String node, CompletableFuture<Void> ready) {
    try {
      XenbusState state =
          ports.xenStore().read(node).map(XenbusState::parse).orElse(XenbusState.UNKNOWN);
      if (state == XenbusState.INIT_WAIT || state == XenbusState.CONNECTED) {
        ready.complete(null);
      }
    } catch (XenException e) {
      ready.completeExceptionally(e);
    }
  }
}
