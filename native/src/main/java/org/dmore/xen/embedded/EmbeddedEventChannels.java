package org.dmore.xen.embedded;

import java.time.Duration;
import java.util.Optional;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.XenException;

/**
 * One opened event-channel interface of a domain, as one process has it: it awaits the ports that
 * were bound through it, except those that a {@link VirtualCpu} took over.
 */
final class EmbeddedEventChannels implements EventChannels {
  private final Occupant occupant;
  private final EventSink sink;
  private Readiness readiness;
  private volatile boolean closed;

  EmbeddedEventChannels(Occupant occupant) {
    this(occupant, new EventSink(() -> occupant.instance().ports));
  }

  EmbeddedEventChannels(Occupant occupant, EventSink sink) {
    this.occupant = occupant;
    this.sink = sink;
  }

  @Override
  public EventPort allocateUnbound(DomainId remote) throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance self = usable();
      self.host.instance(remote);
      return new EventPort(self.ports.allocate(this, remote, sink).number);
    }
  }

  @Override
  public EventPort bindInterdomain(DomainId remote, EventPort remotePort) throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance self = usable();
      Port other = self.host.instance(remote).ports.find(remotePort.value());
      if (other == null || other.peer() != null || !other.remote().equals(self.id)) {
        throw new XenException(
            Errno.EINVAL,
            "port="
                + remotePort
                + " of domid="
                + remote
                + " is not unbound for domid="
                + self.id
                + ": the frontend must make it first");
      }
      Port local = self.ports.allocate(this, remote, sink);
      local.connect(other);
      local.raise();
      return new EventPort(local.number);
    }
  }

  @Override
  public void notify(EventPort port) {
    Port local = occupant.instance().ports.find(port.value());
    if (local != null) {
      Port peer = local.peer();
      if (peer != null) {
        peer.raise();
      }
    }
  }

  @Override
  public Optional<EventPort> await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Standstill standstill = occupant.standstill();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      standstill.awaitThaw();
      Port port = sink.poll();
      if (port != null) {
        // Frozen between the two: the event is held, and forgotten if the domain has moved.
        standstill.awaitThaw();
        if (occupant.instance().ports.find(port.number) == port) {
          return port.event;
        }
        continue;
      }
      long left = deadline - System.nanoTime();
      if (sink.takeWakeup() || left <= 0) {
        standstill.awaitThaw();
        return Optional.empty();
      }
      sink.park(left);
    }
  }

  /** A loop that the domain's standing still is about to reach takes nothing any more. */
  @Override
  public Optional<EventPort> poll() {
    while (!occupant.standstill().isFrozen()) {
      Port port = sink.poll();
      if (port == null) {
        return Optional.empty();
      }
      if (occupant.instance().ports.find(port.number) == port) {
        return port.event;
      }
    }
    return Optional.empty();
  }

  @Override
  public int descriptor() throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance unused = usable();
      if (readiness == null) {
        readiness = new Readiness();
        sink.tell(readiness);
      }
      return readiness.descriptor();
    }
  }

  @Override
  public void wakeup() {
    sink.wakeup();
  }

  @Override
  public void unmask(EventPort port) {
    Port local = occupant.instance().ports.find(port.value());
    if (local != null) {
      local.unmask();
    }
  }

  @Override
  public void unbind(EventPort port) throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance self = usable();
      self.ports.close(self.ports.require(port.value()));
    }
  }

  @Override
  public void abandon(EventPort port) {
    // Ports of before a move went with the domain's former instance: there is nothing to forget.
  }

  @Override
  public void close() {
    synchronized (occupant.hypervisor()) {
      closed = true;
      occupant.instance().ports.closeAllOf(this);
      if (readiness != null) {
        readiness.close();
      }
    }
    sink.wakeup();
  }

  private DomainInstance usable() throws XenException {
    if (closed) {
      throw new XenException(Errno.EBADF, "event channels are closed");
    }
    DomainInstance self = occupant.instance();
    self.checkAlive();
    return self;
  }
}
