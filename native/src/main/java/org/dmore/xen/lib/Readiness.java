package org.dmore.xen.lib;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.dmore.xen.XenException;

/**
 * A descriptor that is readable while one other is, which may be replaced: an epoll instance, which
 * may itself be waited for. So an event loop keeps one descriptor over all moves of the domain.
 *
 * <p>Thread-safe.
 */
final class Readiness {
  /** {@code struct epoll_event} is 12 bytes on x86 and 16 elsewhere; its events come first. */
  private static final int EVENT_SIZE = 16;

  private final Handle epoll;
  private int followed = -1;

  Readiness() throws XenException {
    CLibrary.load();
    // SAFETY: plain numbers; the descriptor is closed once, by Handle.
    int fd = CLibrary.epoll_create1(CLibrary.EPOLL_CLOEXEC);
    if (fd < 0) {
      throw Errors.of(Errors.last(), "epoll_create1 failed: raise the limit of open files");
    }
    // SAFETY: Handle calls this once, when there are no users.
    epoll = new Handle("readiness", fd, descriptor -> CLibrary.close((int) descriptor));
  }

  /** What to wait for. */
  int descriptor() {
    return (int) epoll.address();
  }

  /** Is readable when this one is, from now on, and no more when the former one is. */
  synchronized void follow(int fd) throws XenException {
    if (followed == fd) {
      return;
    }
    unfollow();
    if (!epoll.enter()) {
      return;
    }
    try (Memory event = new Memory(EVENT_SIZE)) {
      event.clear();
      event.setInt(0, CLibrary.EPOLLIN);
      // SAFETY: the epoll instance is in use, so it is open; the event lives for the call.
      int result =
          CLibrary.epoll_ctl(descriptor(), CLibrary.EPOLL_CTL_ADD, fd, Pointer.nativeValue(event));
      if (result != 0) {
        throw Errors.of(Errors.last(), "epoll_ctl refused fd=" + fd);
      }
      followed = fd;
    } finally {
      epoll.leave();
    }
  }

  /** Is readable no more. To be called before the descriptor that it follows is closed. */
  synchronized void unfollow() {
    if (followed >= 0 && epoll.enter()) {
      try {
        // SAFETY: as above; removing takes no event. What was closed already is not there.
        CLibrary.epoll_ctl(descriptor(), CLibrary.EPOLL_CTL_DEL, followed, 0);
        followed = -1;
      } finally {
        epoll.leave();
      }
    }
  }

  void close() {
    epoll.close();
  }
}
