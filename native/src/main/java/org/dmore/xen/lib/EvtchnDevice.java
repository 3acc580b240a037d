package org.dmore.xen.lib;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventPort;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opened {@code /dev/xen/evtchn} with the ports that were bound through it.
 *
 * <p>A device lives from one move of the domain to the next. The kernel keeps the numbers of ports
 * that a move has cut in the open file, and closing the file or one of them then hits {@code kernel
 * BUG at drivers/xen/evtchn.c:422}; a new port of the same number would be refused with EEXIST. So
 * a device whose ports are dead is {@linkplain #retire() retired}: it is not touched again, and a
 * {@link DescriptorKeeper} sees to it that the file is not closed even when this process ends.
 *
 * <p>Thread-safe.
 */
final class EvtchnDevice {
  private static final Logger LOG = LoggerFactory.getLogger(EvtchnDevice.class);

  private final Handle handle;
  private final int fd;
  private final Queue<Integer> replay = new ArrayDeque<>();
  private volatile Slot[] slots = {};
  private volatile boolean retired;
  private volatile boolean replaying;

  /** A bound port, as {@code await} returns it; made once, so that an event allocates nothing. */
  private record Slot(Optional<EventPort> event) {}

  /** How the library makes a port. */
  @FunctionalInterface
  interface Binding {
    /** Returns the new port, or -1 with the C library's error number set. */
    int bind(long handle);
  }

  private EvtchnDevice(Handle handle, int fd) {
    this.handle = handle;
    this.fd = fd;
  }

  static EvtchnDevice open() throws XenException {
    Evtchn.load();
    CLibrary.load();
    XenMachine.THIS.check(XenMachine.Device.EVTCHN);
    // SAFETY: the logger lives as long as the process; the handle is freed once, by Handle.
    long address = Evtchn.xenevtchn_open(Toollog.logger(), 0);
    if (address == 0) {
      throw XenMachine.THIS.refused(XenMachine.Device.EVTCHN, Errors.last());
    }
    // SAFETY: the handle was just opened; the descriptor is its own and lives as long.
    int fd = Evtchn.xenevtchn_fd(address);
    // SAFETY: plain numbers; an open descriptor.
    int flags = CLibrary.fcntl(fd, CLibrary.F_GETFL, 0);
    // SAFETY: as above. Reading must never block: another thread may have taken the event.
    if (flags < 0 || CLibrary.fcntl(fd, CLibrary.F_SETFL, flags | CLibrary.O_NONBLOCK) != 0) {
      int number = Errors.last();
      // SAFETY: nobody else has the handle yet.
      Evtchn.xenevtchn_close(address);
      throw Errors.of(number, "event channels cannot be made non-blocking");
    }
    return new EvtchnDevice(
        new Handle(
            "event channels",
            address,
            // SAFETY: Handle calls this once, when there are no users; for a retired device only
            // after another process has the file, so that this is not its last close.
            Evtchn::xenevtchn_close),
        fd);
  }

  /** Keeps the device open until {@link #leave}. */
  boolean enter() {
    return handle.enter();
  }

  void leave() {
    handle.leave();
  }

  /** What to poll, between {@link #enter} and {@link #leave}; negative if nothing will come. */
  int descriptor() {
    return retired ? -1 : fd;
  }

  boolean isRetired() {
    return retired;
  }

  /**
   * Binds a port. Held against {@link #next}, which may read a port that is pending before this has
   * noted it.
   *
   * @param what for the message of a refusal
   */
  synchronized EventPort bind(Binding binding, String what) throws XenException {
    long address = handle.use();
    try {
      int port = binding.bind(address);
      if (port <= 0) {
        throw Errors.ofDomain(Errors.last(), what);
      }
      EventPort result = new EventPort(port);
      Slot[] now = slots;
      Slot[] more = Arrays.copyOf(now, Math.max(now.length, port + 1));
      more[port] = new Slot(Optional.of(result));
      slots = more;
      return result;
    } finally {
      handle.leave();
    }
  }

  synchronized void unbind(EventPort port) throws XenException {
    if (retired || (slot(port.value()) == null && !handle.isClosed())) {
      throw new XenException(
          Errno.EINVAL, "port=" + port + " is not bound here: never, no longer, or cut by a move");
    }
    long address = handle.use();
    try {
      // SAFETY: the handle is in use, so it is open; the port is bound through it and no move has
      // been noticed since: a port that a move has cut must not get here.
      int result = Evtchn.xenevtchn_unbind(address, port.value());
      if (result != 0) {
        int number = Errors.last();
        throw Errors.as(Errno.EINVAL, number, "port=" + port + " could not be unbound");
      }
      Slot[] fewer = slots.clone();
      fewer[port.value()] = null;
      slots = fewer;
    } finally {
      handle.leave();
    }
  }

  /** Hot path: neither allocates nor blocks. */
  void notify(EventPort port) {
    if (!retired && handle.enter()) {
      try {
        // SAFETY: the handle is in use, so it is open; the kernel checks the port. What it answers
        // does not matter: a dead end cannot be notified.
        Evtchn.xenevtchn_notify(handle.address(), port.value());
      } finally {
        handle.leave();
      }
    }
  }

  void unmask(EventPort port) {
    if (!retired && handle.enter()) {
      try {
        // SAFETY: the handle is in use, so it is open; the kernel ignores a port that is not bound.
        Evtchn.xenevtchn_unmask(handle.address(), port.value());
      } finally {
        handle.leave();
      }
    }
  }

  /**
   * Takes one pending port, which is masked then; empty if there is none. Between {@link #enter}
   * and {@link #leave}.
   */
  Optional<EventPort> next() {
    while (!retired) {
      if (replaying) {
        Optional<EventPort> lost = nextReplayed();
        if (lost.isPresent()) {
          return lost;
        }
      }
      // SAFETY: the caller is a user of the handle, so it is open; the descriptor does not block.
      int port = Evtchn.xenevtchn_pending(handle.address());
      if (port <= 0) {
        int number = Errors.last();
        if (number == Errors.EFBIG) {
          recover();
          continue;
        }
        return Optional.empty();
      }
      Slot slot = slot(port);
      if (slot == null) {
        slot = slotAfterBinding(port);
      }
      if (slot != null) {
        return slot.event();
      }
      // Unbound since: its event goes with it.
    }
    return Optional.empty();
  }

  /**
   * The kernel's buffer ran over, and which ports were in it is not known. All are masked or will
   * be reported: each is reported once now, as waiters must look again after any event anyway.
   */
  private synchronized void recover() {
    LOG.warn("the kernel's buffer of events ran over: all ports are taken for pending");
    // SAFETY: the descriptor is open, as the caller is a user; the request has no argument.
    CLibrary.ioctl(fd, Evtchn.IOCTL_RESET, 0);
    Slot[] now = slots;
    for (int port = 1; port < now.length; port++) {
      if (now[port] != null) {
        replay.add(port);
      }
    }
    replaying = true;
  }

  private synchronized Optional<EventPort> nextReplayed() {
    while (!replay.isEmpty()) {
      Slot slot = slot(replay.remove());
      if (slot != null) {
        return slot.event();
      }
    }
    replaying = false;
    return Optional.empty();
  }

  /** Waits for a binding in progress, whose port is pending at once. */
  private synchronized Slot slotAfterBinding(int port) {
    return slot(port);
  }

  private Slot slot(int port) {
    Slot[] now = slots;
    return port < now.length ? now[port] : null;
  }

  synchronized boolean hasPort(EventPort port) {
    return slot(port.value()) != null;
  }

  synchronized boolean hasPorts() {
    return Arrays.stream(slots).anyMatch(slot -> slot != null);
  }

  /** Forgets all ports and leaves the device alone for ever: a move has cut them. */
  synchronized void retire() {
    retired = true;
    slots = new Slot[0];
    if (!handle.enter()) {
      return;
    }
    try {
      int pid = DescriptorKeeper.keep(fd);
      LOG.info("event channels of before the move are kept open by pid={}", pid);
      handle.close(); // ours alone, not the file
    } catch (XenException e) {
      LOG.warn(
          "event channels of before the move cannot be kept open: the kernel will report a BUG when"
              + " this process ends, and whoever waits for its end may wait for ever: {}",
          e.getMessage());
    } finally {
      handle.leave();
    }
  }

  /** Closes the device with its ports, unless a move has cut them. */
  synchronized void close() {
    if (!retired) {
      handle.close();
    }
  }

  static Binding unboundFor(DomainId remote) {
    // SAFETY: bind() is a user of the handle, so it is open; plain numbers.
    return address -> Evtchn.xenevtchn_bind_unbound_port(address, remote.value());
  }

  static Binding interdomain(DomainId remote, EventPort remotePort) {
    // SAFETY: as above.
    return address ->
        Evtchn.xenevtchn_bind_interdomain(address, remote.value(), remotePort.value());
  }
}
