package org.dmore.xen.contract;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.time.Duration;

/** Asks poll(2) whether a descriptor is readable, as an event loop would. */
public final class PollIn {
  private static final int POLLFD_SIZE = 8;
  private static final int EVENTS = 4;
  private static final int RETURNED = 6;
  private static final short POLLIN = 1;

  static {
    Native.register(PollIn.class, "libc.so.6");
  }

  private PollIn() {}

  private static native int poll(long descriptors, long count, int timeoutMillis);

  /** Whether it becomes readable within a time; with none, whether it is. */
  public static boolean within(int fd, Duration limit) {
    try (Memory descriptor = new Memory(POLLFD_SIZE)) {
      descriptor.setInt(0, fd);
      descriptor.setShort(EVENTS, POLLIN);
      descriptor.setShort(RETURNED, (short) 0);
      // SAFETY: one pollfd, in memory that lives for the call.
      return poll(Pointer.nativeValue(descriptor), 1, (int) limit.toMillis()) == 1
          && descriptor.getShort(RETURNED) == POLLIN;
    }
  }

  /** Whether it is readable now. */
  public static boolean now(int fd) {
    return within(fd, Duration.ZERO);
  }
}
