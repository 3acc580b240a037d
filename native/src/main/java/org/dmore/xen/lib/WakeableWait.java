package org.dmore.xen.lib;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.xen.XenException;

/**
 * Waits in poll(2) for a descriptor, or to be woken by another thread through an eventfd.
 *
 * <p>Thread-safe. One waiter at a time allocates nothing.
 */
final class WakeableWait {
  private static final int POLLFD_SIZE = 8;
  private static final int FD = 0;
  private static final int EVENTS = 4;

  private final Handle eventfd;
  private final AtomicReference<Memory> spare = new AtomicReference<>();

  WakeableWait() throws XenException {
    CLibrary.load();
    // SAFETY: plain numbers; the descriptor is closed once, by Handle.
    int fd = CLibrary.eventfd(0, CLibrary.EFD_CLOEXEC | CLibrary.EFD_NONBLOCK);
    if (fd < 0) {
      throw Errors.of(Errors.last(), "eventfd failed: raise the limit of open files");
    }
    // SAFETY: Handle calls this once, when there are no users.
    eventfd = new Handle("wakeup", fd, descriptor -> CLibrary.close((int) descriptor));
  }

  /** Lets the thread that waits, or the next one, return. */
  void wake() {
    if (eventfd.enter()) {
      try {
        // SAFETY: the descriptor is in use, so it is open. A full counter (EAGAIN) wakes as well.
        CLibrary.eventfd_write((int) eventfd.address(), 1);
      } finally {
        eventfd.leave();
      }
    }
  }

  /**
   * Waits until the descriptor is readable or in error, until woken, or until the time is over; may
   * return early. A wakeup is used up by returning.
   *
   * @param fd may be negative: then only a wakeup or time ends the wait
   * @return whether it was woken, or is closed
   */
  boolean await(int fd, int timeoutMillis) {
    if (!eventfd.enter()) {
      return true;
    }
    Memory descriptors = spare.getAndSet(null);
    if (descriptors == null) {
      descriptors = new Memory(2 * POLLFD_SIZE);
    }
    try {
      int wakeup = (int) eventfd.address();
      descriptors.setInt(FD, fd);
      descriptors.setInt(EVENTS, CLibrary.POLLIN);
      descriptors.setInt(POLLFD_SIZE + FD, wakeup);
      descriptors.setInt(POLLFD_SIZE + EVENTS, CLibrary.POLLIN);
      // SAFETY: two pollfds in memory that this thread alone has; the eventfd is in use, and the
      // caller keeps the other descriptor open.
      int ready = CLibrary.poll(Pointer.nativeValue(descriptors), 2, timeoutMillis);
      if (ready > 0 && descriptors.getInt(POLLFD_SIZE + EVENTS) >>> Short.SIZE != 0) {
        drain(wakeup);
        return true;
      }
      return eventfd.isClosed();
    } finally {
      spare.set(descriptors);
      eventfd.leave();
    }
  }

  private static void drain(int fd) {
    // SAFETY: the descriptor is in use, so it is open, and does not block; the C library writes
    // eight bytes.
    CLibrary.eventfd_read(fd, new long[1]);
  }

  /** Wakes and lets nobody wait any more. */
  void close() {
    wake();
    eventfd.close();
  }
}
