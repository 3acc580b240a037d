package org.dmore.coordinator.host;

import static org.dmore.coordinator.host.AttachmentEvent.Kind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenbusState;

/**
 * The devices of one guest at one DomR, as long as both live under their numbers.
 *
 * <p>A device is kept from the guest's driver until consoled has written what the backend can do,
 * since drivers read that once, when they probe. So its frontend begins in state INIT_WAIT, which a
 * kernel that boots or runs passes over, and goes to INITIALISING afterwards; a driver that resumes
 * from a move does not look at it and comes by itself.
 *
 * <p>A guest whose DomR died has a device still that names the dead one. Its driver would not heed
 * other nodes in the same place; so the device is taken away, and given anew once the guest's
 * kernel has dropped it: see {@link Unplugging}.
 *
 * <p>Confined to the attachment's thread.
 */
final class PairDevices implements AutoCloseable {
  private final ControlPorts ports;
  private final ConsoleId console;
  private final DomainId domR;
  private final DomainId domU;
  private final Duration servePatience;
  private final Host host;
  private final DeviceNodes nodes;
  private final DomainDirectory directory;
  private final long since = System.nanoTime();
  private final Map<DeviceType, DeviceId> attached = new EnumMap<>(DeviceType.class);
  private final Set<DeviceType> connected = EnumSet.noneOf(DeviceType.class);
  private Optional<FramebufferSeeder> seeder = Optional.empty();
  private Optional<Unplugging> unplugging = Optional.empty();
  private boolean settled;
  private boolean served;
  private boolean takenAway;

  /** What the devices need of the attachment. */
  record Host(
      Consumer<AttachmentEvent> tell,
      Consumer<AttachmentEvent> tellOnce,
      Retire retire,
      Runnable lookLater,
      Runnable lookSoon) {
    /** Takes the devices of another pair away. */
    @FunctionalInterface
    interface Retire {
      void of(DomainId formerR, DomainId formerU) throws XenException;
    }
  }

  PairDevices(
      ControlPorts ports, ConsoleId console, DomainId domU, Duration servePatience, Host host) {
    this.ports = ports;
    this.console = console;
    this.domR = console.domR();
    this.domU = domU;
    this.servePatience = servePatience;
    this.host = host;
    this.nodes = new DeviceNodes(ports.xenStore());
    this.directory = new DomainDirectory(ports.xenStore());
  }

  /** Whether somebody else took the devices away, or asked for it. */
  boolean wereTakenAway() {
    return takenAway;
  }

  /**
   * Does what is missing.
   *
   * @param present the domains that are here
   * @throws XenException if xenstore refuses
   */
  void look(Map<DomainId, String> present) throws XenException {
    if (!settled) {
      settle(present);
    } else {
      checkStanding();
    }
    if (settled && !takenAway) {
      serve();
    }
  }

  @Override
  public void close() {
    seeder.ifPresent(FramebufferSeeder::close);
    seeder = Optional.empty();
  }

  /** Finds the devices, or makes them. */
  private void settle(Map<DomainId, String> present) throws XenException {
    if (isInTheWay(present)) {
      return;
    }
    Set<DeviceType> missingTypes = EnumSet.noneOf(DeviceType.class);
    List<DeviceId> stale = new ArrayList<>();
    for (DeviceType type : DeviceType.values()) {
      Optional<DeviceId> ours =
          nodes.backends(domR, type).stream().filter(id -> id.frontend().equals(domU)).findFirst();
      if (ours.isPresent() && !nodes.isOnline(domR, ours.get())) {
        host.retire().of(domR, domU); // whoever began to take them away may not have ended it
        return;
      }
      for (DeviceNodes.Frontend frontend : nodes.frontends(domU, type)) {
        if (ours.isEmpty() || frontend.id().number() != ours.get().number()) {
          stale.add(frontend.id());
        }
      }
      if (ours.isPresent()) {
        attached.put(type, ours.get());
      } else {
        missingTypes.add(type);
      }
    }
    if (!stale.isEmpty()) {
      unplugging = Optional.of(Unplugging.begin(ports, domU, stale));
    }
    if (unplugging.isPresent() && !unplugging.get().isOver()) {
      host.lookSoon().run();
      return;
    }
    int number = freeNumber();
    List<DeviceId> missing =
        missingTypes.stream().map(type -> new DeviceId(type, domU, number)).toList();
    ConsoledControl.prepare(ports.xenStore(), console);
    if (!missing.isEmpty() && !write(missing)) {
      return;
    }
    missing.forEach(id -> attached.put(id.type(), id));
    settled = true;
    host.tell()
        .accept(
            AttachmentEvent.of(Kind.ATTACHED)
                .with("domr", domR.value())
                .with("domu", domU.value())
                .with("takenOver", missing.isEmpty()));
    seeder =
        Optional.of(
            new FramebufferSeeder(
                ports, attached.get(DeviceType.FRAMEBUFFER), domR, new SeederListener()));
  }

  /** The lowest number that no device has of which the guest's kernel may still know. */
  private int freeNumber() {
    Set<Integer> taken = unplugging.map(Unplugging::takenNumbers).orElse(Set.of());
    int number = 0;
    while (taken.contains(number)) {
      number++;
    }
    return number;
  }

  /** Whether DomR serves another guest, or the guest is served by another domain. */
  private boolean isInTheWay(Map<DomainId, String> present) throws XenException {
    for (DeviceType type : DeviceType.values()) {
      for (DeviceId id : nodes.backends(domR, type)) {
        DomainId other = id.frontend();
        if (other.equals(domU) || isOfAnotherConsole(id)) {
          continue;
        }
        if (!present.containsKey(other)) {
          host.retire().of(domR, other); // nobody else removes what a dead guest leaves here
        } else if (nodes.isOnline(domR, id)) {
          host.tellOnce()
              .accept(
                  problem(
                      "domr="
                          + domR
                          + " serves the guest "
                          + present.get(other)
                          + " (domid="
                          + other
                          + ") already, and "
                          + (console.guest().isEmpty()
                              ? "a DomR serves one, unless all its guests are of one pair"
                              : "not as one of several")
                          + ": detach that guest, or start another DomR"));
          return true;
        }
      }
      for (DeviceNodes.Frontend frontend : nodes.frontends(domU, type)) {
        Optional<DomainId> backend = frontend.backend();
        boolean alive = backend.isPresent() && isAlive(backend.get(), frontend.id(), present);
        if (alive && !backend.get().equals(domR)) {
          if (!nodes.isOnline(backend.get(), frontend.id())) {
            return true; // being taken away
          }
          host.tellOnce()
              .accept(
                  problem(
                      "domu="
                          + domU
                          + " has a "
                          + type.node()
                          + " of domain="
                          + backend.get()
                          + " already: detach it there, or take vfb= and vkb= out of the guest's"
                          + " configuration"));
          return true;
        }
      }
    }
    return false;
  }

  /** Whether DomR serves several guests, and that is another one's. */
  private boolean isOfAnotherConsole(DeviceId id) throws XenException {
    if (console.guest().isEmpty()) {
      return false;
    }
    String guest = nodes.guestOf(domR, id);
    return !guest.isEmpty() && !guest.equals(console.guest());
  }

  /** Whether a backend's domain is here; dom0 always is, and may have kept a place only. */
  private boolean isAlive(DomainId backend, DeviceId id, Map<DomainId, String> present)
      throws XenException {
    return backend.equals(DomainId.DOM0)
        ? nodes.backends(backend, id.type()).contains(id)
        : present.containsKey(backend);
  }

  /** Writes the nodes, unless one of the two died meanwhile. */
  private boolean write(List<DeviceId> missing) throws XenException {
    return ports
        .xenStore()
        .inTransaction(
            view -> {
              for (DomainId id : List.of(domR, domU)) {
                if (view.read(DomainDirectory.HOME + id + "/name").isEmpty()) {
                  return false; // writing would bring its directory back to life
                }
              }
              for (DeviceId id : missing) {
                DeviceNodes.write(view, id, console, XenbusState.INIT_WAIT);
              }
              return true;
            });
  }

  /** Whether the backends' nodes stand, and nobody asked for their removal. */
  private void checkStanding() throws XenException {
    for (DeviceId id : attached.values()) {
      boolean stands = nodes.backends(domR, id.type()).contains(id) && nodes.isOnline(domR, id);
      if (!stands && directory.isHere(domR) && directory.isHere(domU)) {
        takenAway = true; // and did not go with its domain
      }
    }
  }

  private void serve() throws XenException {
    Map<DeviceType, Boolean> works = new EnumMap<>(DeviceType.class);
    boolean all = true;
    for (DeviceId id : attached.values()) {
      XenbusState backend = nodes.backendState(domR, id);
      XenbusState frontend = nodes.frontendState(id);
      if (frontend == XenbusState.INIT_WAIT && backend == XenbusState.INIT_WAIT) {
        nodes.offer(id);
      }
      all &= backend == XenbusState.INIT_WAIT || backend == XenbusState.CONNECTED;
      works.put(id.type(), backend == XenbusState.CONNECTED && frontend == XenbusState.CONNECTED);
    }
    if (all && !served) {
      served = true;
      host.tell().accept(AttachmentEvent.of(Kind.SERVED).with("domr", domR.value()));
    }
    works.forEach(this::tellConnection);
    if (!served && System.nanoTime() - since >= servePatience.toNanos()) {
      host.tellOnce()
          .accept(
              AttachmentEvent.of(Kind.NOT_SERVED)
                  .with("domr", domR.value())
                  .with(
                      "message",
                      "domain="
                          + domR
                          + " does not serve the devices: does consoled run in it? (xl console "
                          + domR
                          + ")"));
    }
    seeder.ifPresent(FramebufferSeeder::look);
    if (seeder.map(FramebufferSeeder::isRefused).orElse(false)) {
      host.lookLater().run();
    }
  }

  private void tellConnection(DeviceType type, boolean isConnected) {
    boolean was = connected.contains(type);
    if (isConnected && !was) {
      connected.add(type);
      host.tell().accept(AttachmentEvent.of(Kind.CONNECTED).with("device", type.node()));
    } else if (!isConnected && was) {
      connected.remove(type);
      host.tell().accept(AttachmentEvent.of(Kind.DISCONNECTED).with("device", type.node()));
    }
  }

  private static AttachmentEvent problem(String message) {
    return AttachmentEvent.of(Kind.PROBLEM).with("message", message);
  }

  private final class SeederListener implements FramebufferSeeder.Listener {
    @Override
    public void granted(int pages) {
      host.tell().accept(AttachmentEvent.of(Kind.GRANTED).with("pages", pages));
    }

    @Override
    public void refused(String problem) {
      host.tellOnce().accept(problem("the framebuffer cannot be granted: " + problem));
    }
  }
}
