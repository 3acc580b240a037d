package org.dmore.xen.lib;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/**
 * A library's handle, with the number of its users: it is freed when it was closed and the last
 * user has left, so that no native call sees freed memory.
 *
 * <p>Thread-safe. Entering and leaving neither allocates nor blocks.
 */
final class Handle {
  /** Set in {@link #state} once it is closed; the rest is the number of users. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private final String name;
  private final long address;
  private final LongConsumer free;
  private final AtomicInteger state = new AtomicInteger();

  /**
   * A handle.
   *
   * @param name what it is, for the message of a refusal
   * @param free called once, with the address
   */
  Handle(String name, long address, LongConsumer free) {
    this.name = name;
    this.address = address;
    this.free = free;
  }

  /** The address; valid between {@link #enter} and {@link #leave}. */
  long address() {
    return address;
  }

  /** Becomes a user unless the handle is closed. */
  boolean enter() {
    while (true) {
      int users = state.get();
      if (users < 0) {
        return false;
      }
      if (state.compareAndSet(users, users + 1)) {
        return true;
      }
    }
  }

  /**
   * Becomes a user.
   *
   * @return the address
   * @throws XenException EBADF if the handle is closed
   */
  long use() throws XenException {
    if (!enter()) {
      throw new XenException(Errno.EBADF, name + " is closed");
    }
    return address;
  }

  /** Is a user no longer. */
  void leave() {
    if (state.decrementAndGet() == CLOSED) {
      free.accept(address);
    }
  }

  /** Lets nobody in any more; frees once the users have left. Closing again does nothing. */
  void close() {
    while (true) {
      int users = state.get();
      if (users < 0) {
        return;
      }
      if (state.compareAndSet(users, users | CLOSED)) {
        if (users == 0) {
          free.accept(address);
        }
        return;
      }
    }
  }

  boolean isClosed() {
    return state.get() < 0;
  }
}
