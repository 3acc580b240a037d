package org.dmore.vdev.backend;

import java.util.function.Consumer;

/** An event loop that can wait for a file descriptor beside its sockets. Thread-safe. */
@FunctionalInterface
public interface DescriptorLoop {
  /**
   * Has the loop wait for a descriptor, which the caller keeps open until it was left.
   *
   * @param readable run on the loop again and again while it is readable; does not throw
   * @param refused told if the loop does not take it
   */
  Entry enter(int fd, Runnable readable, Consumer<Throwable> refused);

  /** A descriptor that a loop waits for. */
  interface Entry {
    /** Has the loop wait for it no more. */
    void leave();
  }
}
