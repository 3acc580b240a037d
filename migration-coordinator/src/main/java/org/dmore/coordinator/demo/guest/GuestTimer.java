package org.dmore.coordinator.demo.guest;

/** The guest's one-shot timer. */
public interface GuestTimer {
  /**
   * Runs a task once, later, on the guest's thread. While the guest is paused no task runs.
   *
   * @param delayMillis delay in milliseconds of the guest's time
   */
  void schedule(long delayMillis, Runnable task);
}
