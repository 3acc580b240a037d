package org.dmore.xen.embedded;

import com.sun.jna.Native;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/**
 * A descriptor, an eventfd, that is readable from {@link #raise} to {@link #lower}, so that an
 * event loop can wait for what is signalled in memory.
 *
 * <p>Thread-safe. Raising what is raised is a look at a flag.
 */
final class Readiness implements AutoCloseable {
  private final long[] value = new long[1];
  private final int fd;
  private volatile boolean raised;
  private boolean open = true;

  Readiness() throws XenException {
    // SAFETY: plain numbers; the descriptor is ours and is closed once, in close().
    fd = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    if (fd < 0) {
      throw new XenException(
          Errno.EMFILE,
          "eventfd failed, errno=" + Native.getLastError() + ": raise the limit of files");
    }
  }

  int descriptor() {
    return fd;
  }

  /** Makes it readable; what was noted before this call is seen by whoever lowers it. */
  void raise() {
    if (!raised) {
      raiseLocked();
    }
  }

  private synchronized void raiseLocked() {
    if (!raised && open) {
      raised = true;
      // SAFETY: the descriptor is open while this is locked.
      Libc.eventfd_write(fd, 1);
    }
  }

  /**
   * Lets it be readable no more. What was signalled up to now is to be looked for after this call;
   * what is signalled later raises it again.
   */
  void lower() {
    if (raised) {
      lowerLocked();
    }
  }

  private synchronized void lowerLocked() {
    if (raised && open) {
      // SAFETY: as above; it does not block, and the C library writes eight bytes.
      Libc.eventfd_read(fd, value);
      raised = false;
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      // SAFETY: the descriptor is open and is not used again.
      Libc.close(fd);
    }
  }
}
