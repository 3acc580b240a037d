package org.dmore.coordinator.host;

import static org.dmore.coordinator.host.AttachmentEvent.Kind;
import static org.dmore.coordinator.host.DomainDirectory.HOME;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a guest's keyboard and framebuffer attached to its DomR, both named by name, through
 * whatever becomes of either: a guest that reboots comes back under another number, a DomR that is
 * started anew likewise, either may leave for another host or arrive from there.
 *
 * <p>There is one rule: at any change, look at what there is, and do what is missing. Nothing is
 * remembered that could not be read off xenstore, so an attachment that is begun anew goes on where
 * its predecessor ended, and leaves a connection that lives alone.
 *
 * <p>The domain of a name is, in this order: the one that has exactly this name; the one that had
 * it and is still here under another (a guest that {@code xl} has suspended to move it away, or
 * kept after a crash); one that arrives, {@code NAME--incoming}.
 *
 * <p>Thread-safe; it all happens on a thread of its own.
 */
public final class PairAttachment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PairAttachment.class);

  /** Time between two looks: a guest may write its nodes without end. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** Time between two attempts to take grants back: nothing tells when they are let go. */
  static final Duration AGAIN = Duration.ofMillis(100);

  /** When to try again what was refused, if nothing changes before. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long a backend is waited for that is to close; libxl's own patience. */
  static final Duration CLOSING = Duration.ofSeconds(10);

  private final ControlPorts ports;
  private final String domRName;
  private final String domUName;
  private final String guest;
  private final Duration servePatience;
  private final Consumer<AttachmentEvent> listener;
  private final DomainDirectory directory;
  private final DomainWatch domains;
  private final ScheduledExecutorService loop;
  private final AtomicBoolean lookPosted = new AtomicBoolean();
  private final AtomicBoolean domainsChanged = new AtomicBoolean(true);
  private final AtomicBoolean closeAsked = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<Retirement> retiring = new ArrayList<>();
  private final List<XenStore.Watch> deviceWatches = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private Map<DomainId, String> present = Map.of();
  private Optional<DomainId> domR = Optional.empty();
  private Optional<DomainId> domU = Optional.empty();
  private Optional<PairDevices> devices = Optional.empty();
  private boolean closed;

  /**
   * Devices that are being taken away.
   *
   * @param removed whether their nodes are gone, and only grants are left to be taken back
   */
  private record Retirement(DeviceRemoval removal, long deadline, boolean removed) {}

  /**
   * Makes an attachment; {@link #start} sets it to work.
   *
   * @param ports dom0's interfaces, which stay the caller's
   * @param shared whether DomR serves other guests too
   * @param servePatience how long consoled may take before it is told that it does not serve
   * @param listener hears of all that happens, on the attachment's thread; must not block
   */
  public PairAttachment(
      ControlPorts ports,
      String domRName,
      String domUName,
      boolean shared,
      Duration servePatience,
      Consumer<AttachmentEvent> listener) {
    if (domRName.equals(domUName)) {
      throw new IllegalArgumentException(
          "domr=" + domRName + " is also domu: a domain is not its own console");
    }
    this.ports = ports;
    this.domRName = domRName;
    this.domUName = domUName;
    this.guest = shared ? domUName : "";
    this.servePatience = servePatience;
    this.listener = listener;
    this.directory = new DomainDirectory(ports.xenStore());
    this.domains =
        new DomainWatch(
            ports.xenStore(),
            () -> {
              domainsChanged.set(true);
              changed();
            });
    this.loop =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "attachment");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to follow the pair; both may come later.
   *
   * @throws XenException if xenstore refuses
   */
  public void start() throws XenException {
    try {
      domains.start();
    } catch (XenException | RuntimeException e) {
      close();
      throw e;
    }
    changed();
  }

  /** Ends when somebody else takes the devices away, or when this is closed. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Stops following. The devices stay attached, and what is granted stays granted. */
  @Override
  public void close() {
    if (!closeAsked.compareAndSet(false, true)) {
      return;
    }
    loop.execute(
        () -> {
          closed = true;
          domains.close();
          dropWatches();
          devices.ifPresent(PairDevices::close);
          ended.complete(null);
          loop.shutdownNow();
        });
    try {
      if (!loop.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("attachment of domu={} does not stop", domUName);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Any number of changes are one look: a guest that writes without end must not fill the loop. */
  private void changed() {
    if (lookPosted.compareAndSet(false, true)) {
      try {
        Object unused =
            loop.schedule(
                () -> {
                  lookPosted.set(false);
                  look();
                },
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.RejectedExecutionException e) {
        LOG.trace("closed", e); // the last events of watches that are being closed
      }
    }
  }

  private void lookIn(Duration delay) {
    Object unused = loop.schedule(this::changed, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (closed || ended.isDone()) {
      return;
    }
    try {
      lookAtDomains();
      follow(present);
      endRetirements(present.keySet());
      if (devices.isPresent()) {
        devices.get().look(present);
      }
      if (devices.map(PairDevices::wereTakenAway).orElse(false)) {
        tell(AttachmentEvent.of(Kind.DETACHED));
        ended.complete(null);
      }
    } catch (XenException e) {
      tellOnce(
          AttachmentEvent.of(Kind.PROBLEM).with("message", "xenstore refuses: " + e.getMessage()));
      lookIn(RETRY);
    } catch (RuntimeException e) {
      LOG.error("attachment of domu={} failed; it goes on at the next change", domUName, e);
    }
  }

  /** There may be hundreds: their names are read only when one of them has changed. */
  private void lookAtDomains() throws XenException {
    if (domainsChanged.getAndSet(false)) {
      boolean read = false;
      try {
        present = directory.domains();
        domains.follow(present.keySet());
        read = true;
      } finally {
        if (!read) {
          domainsChanged.set(true);
        }
      }
    }
  }

  /** Notices which domains the pair is now. */
  private void follow(Map<DomainId, String> now) throws XenException {
    Optional<DomainId> nowR = choose(now, domRName, domR);
    Optional<DomainId> nowU = choose(now, domUName, domU);
    if (nowR.equals(domR) && nowU.equals(domU)) {
      tellWaiting();
      return;
    }
    boolean guestChanged = domU.isPresent() && !nowU.equals(domU);
    boolean domRChanged = domR.isPresent() && !nowR.equals(domR);
    devices.ifPresent(PairDevices::close);
    devices = Optional.empty();
    dropWatches();
    told.clear();
    if (guestChanged) {
      tell(AttachmentEvent.of(Kind.GUEST_LEFT).with("domu", domU.get().value()));
    }
    if (domRChanged) {
      tell(AttachmentEvent.of(Kind.DOMR_LEFT).with("domr", domR.get().value()));
    }
    if ((guestChanged || domRChanged) && domR.isPresent() && domU.isPresent()) {
      retire(domR.get(), domU.get());
    }
    domR = nowR;
    domU = nowU;
    if (domR.isPresent() && domU.isPresent()) {
      begin(domR.get(), domU.get());
    }
    tellWaiting();
  }

  private void begin(DomainId nowR, DomainId nowU) throws XenException {
    for (DeviceType type : DeviceType.values()) {
      for (String path :
          List.of(
              HOME + nowR + "/backend/" + type.node(), HOME + nowU + "/device/" + type.node())) {
        deviceWatches.add(ports.xenStore().watch(path, changed -> changed()));
      }
    }
    PairDevices.Host host =
        new PairDevices.Host(
            this::tell, this::tellOnce, this::retire, () -> lookIn(RETRY), () -> lookIn(AGAIN));
    devices =
        Optional.of(new PairDevices(ports, new ConsoleId(nowR, guest), nowU, servePatience, host));
    lookIn(servePatience.plusMillis(1));
  }

  private void dropWatches() {
    deviceWatches.forEach(XenStore.Watch::close);
    deviceWatches.clear();
  }

  private void tellWaiting() {
    if (domU.isEmpty()) {
      tellOnce(AttachmentEvent.of(Kind.WAITING).with("for", domUName));
    }
    if (domR.isEmpty()) {
      tellOnce(AttachmentEvent.of(Kind.WAITING).with("for", domRName));
    }
  }

  private static Optional<DomainId> choose(
      Map<DomainId, String> now, String name, Optional<DomainId> current) {
    return DomainDirectory.withName(now, name)
        .or(() -> current.filter(now::containsKey))
        .or(() -> DomainDirectory.withName(now, name + DomainDirectory.INCOMING));
  }

  /** Takes devices away that are of the past, in order: consoled sees them close first. */
  private void retire(DomainId formerR, DomainId formerU) throws XenException {
    boolean already =
        retiring.stream()
            .filter(other -> !other.removed())
            .map(Retirement::removal)
            .anyMatch(other -> other.domR().equals(formerR) && other.domU().equals(formerU));
    if (already) {
      return;
    }
    DeviceRemoval removal = new DeviceRemoval(ports, formerR, formerU);
    removal.request();
    retiring.add(new Retirement(removal, System.nanoTime() + CLOSING.toNanos(), false));
    lookIn(CLOSING.plusMillis(1));
  }

  private void endRetirements(Set<DomainId> now) throws XenException {
    for (Retirement retirement : List.copyOf(retiring)) {
      DeviceRemoval removal = retirement.removal();
      boolean late = System.nanoTime() >= retirement.deadline();
      if (retirement.removed()) {
        if (late || removal.revoke()) {
          retiring.remove(retirement);
        } else {
          lookIn(AGAIN);
        }
      } else if (late || !now.contains(removal.domR()) || removal.isClosed()) {
        retiring.remove(retirement);
        if (!removal.finish()) { // DomR may let go only now that the nodes are gone
          long deadline = System.nanoTime() + CLOSING.toNanos();
          retiring.add(new Retirement(removal, deadline, true));
          lookIn(AGAIN);
        }
        changed();
      }
    }
  }

  private void tell(AttachmentEvent event) {
    listener.accept(event);
  }

  /** Tells what stays so until something changes, at its first time. */
  private void tellOnce(AttachmentEvent event) {
    if (told.add(event.toString())) {
      tell(event);
    }
  }
}
