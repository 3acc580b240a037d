package org.dmore.xen.lib;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
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
 * has cut them, {@link #abandon} (or {@link #moved}) retires that device with all its ports, and
 * the next port is bound through a new one.
 */
final class LibEventChannels implements EventChannels {
  private static final Logger LOG = LoggerFactory.getLogger(LibEventChannels.class);
  private static final long LONGEST_POLL_MILLIS = 1000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final WakeableWait wait;
  private final AtomicBoolean wakeup = new AtomicBoolean();
  private volatile EvtchnDevice device;
  private volatile boolean closed;

  private LibEventChannels(WakeableWait wait, EvtchnDevice device) {
    this.wait = wait;
    this.device = device;
  }

  static LibEventChannels open() throws XenException {
    EvtchnDevice device = EvtchnDevice.open();
    try {
      return new LibEventChannels(new WakeableWait(), device);
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
    if (closed) {
      throw new XenException(Errno.EBADF, "event channels are closed");
    }
    if (device.isRetired()) {
      device = EvtchnDevice.open();
      wait.wake(); // for a thread that waits without a device
    }
    return device;
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
      if (!current.enter()) {
        continue; // closed just now
      }
      try {
        Optional<EventPort> port = current.next();
        if (port.isPresent()) {
          return port;
        }
        long left = deadline - System.nanoTime();
        if (wakeup.getAndSet(false) || left <= 0) {
          return Optional.empty();
        }
        // Rounded up: a wait that ends early would turn here until its time is over.
        long millis = Math.min((left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, LONGEST_POLL_MILLIS);
        wait.await(current.descriptor(), (int) millis);
      } finally {
        current.leave();
      }
    }
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
    device.unbind(port);
  }

  @Override
  public synchronized void abandon(EventPort port) {
    if (device.hasPort(port)) {
      LOG.info("ports before the move are left alone, port={}", port);
      device.retire();
      wait.wake();
    }
  }

  /** The domain has moved: whatever was bound before is dead. */
  synchronized void moved() {
    if (device.hasPorts()) {
      LOG.warn("the domain moved while ports were bound: they are left alone for ever");
      device.retire();
      wait.wake();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    device.close();
    wait.close();
  }
}
