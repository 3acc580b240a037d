package org.dmore.xen.lib;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.HostMark;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event channels through {@code /dev/xen/evtchn}; {@code xenevtchn.h}.
 *
 * <p>Thread-safe. Closing ends a wait in another thread; what is called afterwards finds nothing or
 * is refused with EBADF. An interrupt ends a wait within a second, {@link #wakeup} at once.
 *
 * <p>Ports live in one {@link EvtchnDevice} from one move of the domain to the next. When a move
 * has cut them, that device is retired with all its ports, and the next port is bound through a new
 * one. {@link #abandon} says that there was a move; a {@link HostMark} tells it to whoever binds,
 * unbinds or closes without knowing.
 */
final class LibEventChannels implements EventChannels {
  private static final Logger LOG = LoggerFactory.getLogger(LibEventChannels.class);
  private static final long LONGEST_POLL_MILLIS = 1000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final WakeableWait wait;
  private final Optional<HostMark> mark;
  private final AtomicBoolean wakeup = new AtomicBoolean();
  private Readiness readiness;
  private volatile EvtchnDevice device;
  private volatile boolean closed;

  private LibEventChannels(WakeableWait wait, EvtchnDevice device, Optional<HostMark> mark) {
    this.wait = wait;
    this.device = device;
    this.mark = mark;
  }

  /**
   * Opens the interface.
   *
   * @param mark tells of moves; empty in a domain that does not move
   */
  static LibEventChannels open(Optional<HostMark> mark) throws XenException {
    EvtchnDevice device = EvtchnDevice.open();
    try {
      return new LibEventChannels(new WakeableWait(), device, mark);
    } catch (XenException e) {
      device.close();
      throw e;
    }
  }

  @Override
  public EventPort allocateUnbound(DomainId remote) throws XenException {
    return live()
        .bind(
            EvtchnDevice.unboundFor(remote),
            "making an unbound port for domid=" + remote + " failed");
  }

  @Override
  public EventPort bindInterdomain(DomainId remote, EventPort remotePort) throws XenException {
    return live()
        .bind(
            EvtchnDevice.interdomain(remote, remotePort),
            "binding to port="
                + remotePort
                + " of domid="
                + remote
                + " failed: its frontend must make it first, for this domain");
  }

  /** The device for new ports; a new one if a move has cut the ports of the last. */
  private synchronized EvtchnDevice live() throws XenException {
    requireOpen();
    retireIfMoved();
    if (device.isRetired()) {
      device = EvtchnDevice.open();
      wait.wake(); // for a thread that waits without a device
    }
    if (readiness != null) {
      readiness.follow(device.descriptor());
    }
    if (!device.hasPorts()) {
      setMark();
    }
    return device;
  }

  private void requireOpen() throws XenException {
    if (closed) {
      throw new XenException(Errno.EBADF, "event channels are closed");
    }
  }

  /** Sets the mark before the first port: a move between the two is then seen. */
  private void setMark() {
    try {
      if (mark.isPresent()) {
        mark.get().set();
      }
    } catch (XenException e) {
      LOG.warn("a move that nobody announces will not be noticed here: {}", e.getMessage());
    }
  }

  private synchronized void retireIfMoved() {
    if (!device.isRetired() && device.hasPorts() && hasMoved()) {
      LOG.warn("the domain was moved while ports were bound: they are left alone for ever");
      retire();
    }
  }

  private synchronized void retire() {
    if (readiness != null) {
      readiness.unfollow();
    }
    device.retire();
    wait.wake();
  }

  private boolean hasMoved() {
    try {
      return mark.isPresent() && !mark.get().isHere();
    } catch (XenException e) {
      LOG.warn("whether the domain has moved is not known: {}", e.getMessage());
      return false;
    }
  }

  @Override
  public void notify(EventPort port) {
    device.notify(port);
  }

  @Override
  public Optional<EventPort> await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (closed) {
        return Optional.empty();
      }
      EvtchnDevice current = device;
      boolean usable = current.enter(); // not if it is retired, or was closed just now
      try {
        Optional<EventPort> port = usable ? current.next() : Optional.empty();
        if (port.isPresent()) {
          return port;
        }
        long left = deadline - System.nanoTime();
        if (wakeup.getAndSet(false) || left <= 0) {
          return Optional.empty();
        }
        // Rounded up: a wait that ends early would turn here until its time is over.
        long millis = Math.min((left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, LONGEST_POLL_MILLIS);
        wait.await(usable ? current.descriptor() : -1, (int) millis);
      } finally {
        if (usable) {
          current.leave();
        }
      }
    }
  }

  @Override
  public Optional<EventPort> poll() {
    EvtchnDevice current = device;
    if (closed || !current.enter()) {
      return Optional.empty();
    }
    try {
      return current.next();
    } finally {
      current.leave();
    }
  }

  @Override
  public synchronized int descriptor() throws XenException {
    requireOpen();
    if (readiness == null) {
      Readiness made = new Readiness();
      if (!device.isRetired()) {
        made.follow(device.descriptor());
      }
      readiness = made;
    }
    return readiness.descriptor();
  }

  @Override
  public void wakeup() {
    wakeup.set(true);
    wait.wake();
  }

  @Override
  public void unmask(EventPort port) {
    device.unmask(port);
  }

  @Override
  public void unbind(EventPort port) throws XenException {
    requireOpen();
    retireIfMoved();
    device.unbind(port);
  }

  @Override
  public synchronized void abandon(EventPort port) {
    if (!closed && device.hasPort(port)) {
      LOG.info("ports before the move are left alone, port={}", port);
      retire();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    retireIfMoved();
    if (readiness != null) {
      readiness.unfollow();
      readiness.close();
    }
    device.close();
    wait.close();
    try {
      if (mark.isPresent()) {
        mark.get().remove();
      }
    } catch (XenException e) {
      LOG.debug("the mark stays", e);
    }
  }
}
