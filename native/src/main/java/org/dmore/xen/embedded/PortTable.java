package org.dmore.xen.embedded;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/** The event channels of one domain on one host. Changed under the room's lock, read without. */
final class PortTable {
  /** Numbers in a table of the two-level kind, 64 times 64. */
  static final int PORTS = 4096;

  private final AtomicReferenceArray<Port> ports = new AtomicReferenceArray<>(PORTS);

  /** Numbers that the domain held before it moved here: closing one hits a kernel BUG. */
  private final BitSet stale = new BitSet();

  private int cursor = 1;

  /**
   * Takes over from the table of the host that the domain left. Its numbers are stale, and this
   * table hands out others as long as it can, so that a stale number is not taken for a new port.
   */
  void succeed(PortTable former) {
    cursor = former.cursor;
    stale.or(former.stale);
    for (int i = 1; i < PORTS; i++) {
      if (former.ports.get(i) != null) {
        stale.set(i);
      }
    }
  }

  /** The port of a number, or null. */
  Port find(int number) {
    return number > 0 && number < PORTS ? ports.get(number) : null;
  }

  Port require(int number) throws XenException {
    Port port = find(number);
    if (port != null) {
      return port;
    }
    if (stale.get(number)) {
      throw new XenException(
          Errno.EINVAL,
          "port="
              + number
              + " is from before this domain's migration: on Linux closing it hits kernel BUG at"
              + " drivers/xen/evtchn.c:422; leave it alone and bind anew");
    }
    throw new XenException(Errno.EINVAL, "port=" + number + " is not bound");
  }

  Port allocate(EmbeddedEventChannels owner, DomainId remote, EventSink sink) throws XenException {
    for (int tried = 1; tried < PORTS; tried++) {
      int number = cursor;
      cursor = cursor == PORTS - 1 ? 1 : cursor + 1;
      if (ports.get(number) == null) {
        stale.clear(number);
        Port port = new Port(number, owner, remote, sink);
        ports.set(number, port);
        return port;
      }
    }
    throw new XenException(Errno.ENOSPC, "no event port is free, ports=" + PORTS);
  }

  void close(Port port) {
    ports.set(port.number, null);
    Port peer = port.peer();
    if (peer != null) {
      port.disconnect();
      peer.disconnect();
    }
  }

  void closeAllOf(EmbeddedEventChannels owner) {
    for (int i = 1; i < PORTS; i++) {
      Port port = ports.get(i);
      if (port != null && port.owner == owner) {
        close(port);
      }
    }
  }

  void closeAll() {
    for (int i = 1; i < PORTS; i++) {
      Port port = ports.get(i);
      if (port != null) {
        close(port);
      }
    }
  }
}
