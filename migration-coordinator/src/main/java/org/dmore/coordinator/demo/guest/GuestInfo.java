package org.dmore.coordinator.demo.guest;

/** What the guest may know about itself and the place where it runs now. */
public interface GuestInfo {
  /** Returns the name of the host that runs the guest now. */
  String hostName();

  /** Returns the guest's domain number on that host. */
  int domainId();

  /** Returns the size of the guest's memory in bytes. */
  long memoryBytes();

  /** Returns how often the guest has been migrated since it started. */
  int migrations();
}
