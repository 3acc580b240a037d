package org.dmore.vdev.service;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.backend.EventPump;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.backend.KeyboardBackend;
import org.dmore.vdev.backend.XenbusBackend;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a backend for the devices that the toolstack attaches to this domain, one of each type
 * since a console has one keyboard and one screen, and none for those that it takes away.
 *
 * <p>The device that is there first is kept; others of its type wait. When its guest is gone or has
 * closed it, the newest of the others takes its place, even if the toolstack left the nodes of the
 * old one behind, as it does after a crash or with a backend outside of its own domain: a guest
 * that starts again has another number, and so another path. Nodes whose frontend is gone are then
 * removed, since each of them counts against this domain's quota in xenstore.
 *
 * <p>Where this domain serves several guests only those devices are seen of which dom0 says that
 * they are this console's guest's ({@link ControlNodes#DEVICE_GUEST}).
 *
 * <p>Confined to the console's event loop.
 */
final class DeviceManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceManager.class);

  /** Problems that are told apart in the log. */
  private static final int MAX_REPORTED = 100;

  private final DomainPorts ports;
  private final String guest;
  private final Executor loop;
  private final EventPump events;
  private final GuestConsole console;
  private final Map<DeviceId, XenbusBackend> backends = new HashMap<>();
  private final Map<DeviceType, XenStore.Watch> watches = new HashMap<>();
  private final Set<String> reported = new HashSet<>();
  private final AtomicBoolean discoverPosted = new AtomicBoolean();
  private boolean detached;

  /**
   * Makes one that has no devices yet.
   *
   * @param guest whose devices there are to be, by name; empty for whoever's are attached
   */
  DeviceManager(
      DomainPorts ports, String guest, Executor loop, EventPump events, GuestConsole console) {
    this.ports = ports;
    this.guest = guest;
    this.loop = loop;
    this.events = events;
    this.console = console;
  }

  /**
   * Begins to follow the backend directories.
   *
   * @param letGo as after {@link #detach}
   */
  void start(boolean letGo) throws XenException {
    detached = letGo;
    for (DeviceType type : DeviceType.values()) {
      watches.put(type, ports.xenStore().watch("backend/" + type.node(), this::changed));
    }
  }

  private void changed(String path) {
    lookAgain();
  }

  /** Any number of changes are one look. */
  private void lookAgain() {
    if (discoverPosted.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            discoverPosted.set(false);
            discover();
          });
    }
  }

  /** Lets all devices go, for a move; none is taken up until one of the two attach calls. */
  void detach() {
    detached = true;
    backends.values().forEach(XenbusBackend::detach);
  }

  /** Whether the devices were let go for a move. */
  boolean isDetached() {
    return detached;
  }

  /** Takes the same devices up again: the move was called off. */
  void reattach() {
    detached = false;
    backends.values().forEach(XenbusBackend::attach);
    discover();
  }

  /**
   * Takes up the devices that this domain has where it is now. The backends of before are dropped,
   * even where a new device's path reads the same: the numbers of domains begin anew on each host.
   */
  void attach() {
    backends.values().forEach(XenbusBackend::stop);
    backends.clear();
    detached = false;
    discover();
  }

  /** Drops devices that a migration cut before they were let go, without touching them. */
  void abandon() {
    backends.values().forEach(XenbusBackend::abandon);
    backends.clear();
    discover();
  }

  /** Devices whose shared page is mapped. */
  int connected() {
    return (int) backends.values().stream().filter(XenbusBackend::isConnected).count();
  }

  /** Devices that are attached to this domain. */
  int attached() {
    return backends.size();
  }

  @Override
  public void close() {
    watches.values().forEach(XenStore.Watch::close);
    watches.clear();
    backends.values().forEach(XenbusBackend::stop);
    backends.clear();
  }

  private void discover() {
    if (detached) {
      return;
    }
    try {
      Set<DeviceId> present = new HashSet<>();
      for (DeviceType type : DeviceType.values()) {
        find(type, present);
      }
      for (DeviceId gone : Set.copyOf(backends.keySet())) {
        if (!present.contains(gone)) {
          backends.remove(gone).stop();
          LOG.info("device={} was taken away", gone);
        }
      }
      present.removeAll(backends.keySet());
      for (DeviceType type : DeviceType.values()) {
        List<DeviceId> others =
            present.stream()
                .filter(id -> id.type() == type)
                .sorted(Comparator.comparing(DeviceManager::age).reversed())
                .toList();
        choose(type, others);
      }
    } catch (XenException e) {
      LOG.warn(
          "devices cannot be read from xenstore: {}; tried again at the next change",
          e.getMessage());
    }
  }

  /** Domains are numbered upwards. */
  private static int age(DeviceId id) {
    return id.frontend().value();
  }

  /** Sees to it that the right one of a type's devices is served; the newest come first. */
  private void choose(DeviceType type, List<DeviceId> others) throws XenException {
    Optional<XenbusBackend> current =
        backends.values().stream().filter(backend -> backend.id().type() == type).findFirst();
    if (current.isPresent() && !current.get().isForsaken()) {
      // If its guest is gone already its backend will hear of it, and it is looked at again.
      if (XenbusBackend.isFrontendAlive(ports.xenStore(), current.get().id())) {
        for (DeviceId id : others) {
          reportOnce("device=" + id + " is one too many and is left alone");
        }
      }
      return;
    }
    Optional<DeviceId> living = Optional.empty();
    for (DeviceId id : others) {
      if (living.isEmpty() && XenbusBackend.isFrontendAlive(ports.xenStore(), id)) {
        living = Optional.of(id);
      }
    }
    Optional<DeviceId> next = living.or(() -> others.stream().findFirst());
    if (current.isPresent()) {
      if (living.isEmpty()) {
        return;
      }
      LOG.info("device={} gives way to device={}", current.get().id(), next.get());
      backends.remove(current.get().id());
      current.get().stopAndRemove();
    }
    next.ifPresent(this::takeUp);
  }

  private void takeUp(DeviceId id) {
    XenbusBackend backend = open(id);
    backend.onForsaken(this::lookAgain);
    try {
      backend.start();
    } catch (XenException e) {
      backend.stop(); // not half a device: it is begun anew at the next change
      reportOnce("device=" + id + " cannot be taken up yet: " + e.getMessage());
      return;
    }
    backends.put(id, backend);
    LOG.info("device={} was attached", id);
  }

  private void reportOnce(String problem) {
    if (reported.size() < MAX_REPORTED && reported.add(problem)) {
      LOG.warn("{}", problem);
    }
  }

  private void find(DeviceType type, Set<DeviceId> present) throws XenException {
    String root = "backend/" + type.node();
    for (String domain : children(root)) {
      for (String number : children(root + "/" + domain)) {
        String backend = root + "/" + domain + "/" + number;
        boolean complete = ports.xenStore().read(backend + "/frontend").isPresent();
        if (complete && isOurs(backend)) {
          try {
            present.add(new DeviceId(type, DomainId.parse(domain), Integer.parseInt(number)));
          } catch (IllegalArgumentException e) {
            reportOnce(
                "device=" + type.node() + "/" + domain + "/" + number + " has no proper number");
          }
        }
      }
    }
  }

  private boolean isOurs(String backend) throws XenException {
    return guest.isEmpty()
        || ports
            .xenStore()
            .read(backend + "/" + ControlNodes.DEVICE_GUEST)
            .equals(Optional.of(guest));
  }

  private List<String> children(String path) throws XenException {
    return ports.xenStore().list(path).orElse(List.of());
  }

  private XenbusBackend open(DeviceId id) {
    return switch (id.type()) {
      case KEYBOARD ->
          new KeyboardBackend(
              id,
              ports,
              events,
              loop,
              GuestConsole.POINTER_RANGE.width(),
              GuestConsole.POINTER_RANGE.height(),
              console);
      case FRAMEBUFFER -> new FramebufferBackend(id, ports, events, loop, console);
    };
  }
}
