package org.dmore.xen;

import java.time.Duration;
import java.util.Optional;

/**
 * Interdomain event channels: one-bit notifications between two domains; {@code xenevtchn.h}.
 *
 * <p>Thread-safe. {@link #notify(EventPort)} is on the hot path: it does not allocate and does not
 * block. One thread at a time should {@link #await} events.
 *
 * <p>Ports do not survive a migration. A port that this domain bound before its own migration is
 * dead afterwards: notifying it does nothing, and {@link #unbind} reports an error. It must be left
 * alone.
 */
public interface EventChannels extends AutoCloseable {

  /**
   * Makes a port that the remote domain may bind to: what a frontend does.
   *
   * @throws XenException ENOENT if there is no such domain, where that is looked at: Xen itself
   *     makes a port for any number
   */
  EventPort allocateUnbound(DomainId remote) throws XenException;

  /**
   * Connects to a port that the remote domain made for this one: what a backend does. The new local
   * port is pending at once, as Xen has it, so that nothing sent before is missed.
   *
   * @throws XenException EINVAL if the remote port is not unbound for this domain; ENOENT if there
   *     is no such domain
   */
  EventPort bindInterdomain(DomainId remote, EventPort remotePort) throws XenException;

  /**
   * Makes the other end pending. Several calls before the other end looks are one event there, or
   * two if its kernel had already taken the first. A dead or unbound port is ignored, as the
   * hypervisor would refuse it without effect on the caller.
   */
  void notify(EventPort port);

  /**
   * Waits for a pending port, clears its pending bit and masks it: it is reported again only after
   * {@link #unmask}.
   *
   * @param timeout how long to wait; zero polls
   * @return the port, or empty when the time is over, {@link #wakeup} was called or this is closed
   */
  Optional<EventPort> await(Duration timeout) throws InterruptedException;

  /**
   * Takes a pending port as {@link #await} does, but never waits: what an event loop calls when
   * {@link #descriptor} is readable. To be called by one thread at a time, and not beside {@code
   * await}. Allocates nothing.
   *
   * @return the port, masked; empty if none is pending, or if this domain is just being stopped
   */
  Optional<EventPort> poll();

  /**
   * A file descriptor that is readable while a port may be pending, level-triggered: an event loop
   * waits for it beside its sockets, instead of a thread in {@link #await}. What became pending
   * before the first call counts. It is the same until this is closed, over all moves of the
   * domain; it is not the caller's to read or to close, and is to be taken out of whatever waits
   * for it before this is closed.
   *
   * @throws XenException EBADF if this is closed; EMFILE or the like if it cannot be made
   */
  int descriptor() throws XenException;

  /** Lets the thread that awaits, or the next one that does, return empty at once. */
  void wakeup();

  /**
   * Lets a port be reported again; if events came in while it was masked, it is pending at once.
   */
  void unmask(EventPort port);

  /**
   * Closes this end. The remote end becomes unbound for this domain again, so that a restarted
   * backend may bind it anew.
   *
   * @throws XenException EINVAL if the port is not bound: a port from before a migration was
   *     already dead and must not be closed (on Linux this hits {@code kernel BUG at
   *     drivers/xen/evtchn.c:422})
   */
  void unbind(EventPort port) throws XenException;

  /**
   * Forgets a port that a migration has cut, without touching it: the end for a port that must not
   * be {@linkplain #unbind unbound} any more. As a move cuts all ports at once, an implementation
   * may forget with it all ports that were bound before; new ones can be bound at once. Nothing
   * happens if the port is not known.
   */
  void abandon(EventPort port);

  /**
   * Closes every live port and the interface; a thread that awaits returns empty. Ports that a
   * migration has cut are left alone.
   */
  @Override
  void close();
}
