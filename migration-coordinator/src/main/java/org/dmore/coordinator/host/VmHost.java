package org.dmore.coordinator.host;

import java.io.IOException;
import java.util.Optional;
import org.dmore.xen.DomainId;

/** A host as the control plane sees it: the VMs on it, and what can be done with them. */
public interface VmHost {

  /** The host's name, which no other host has. */
  String name();

  /** Dom0's part in consoles on this host. */
  HostAgent agent();

  /** The number of a VM that is here, running or paused; empty if there is none of that name. */
  Optional<DomainId> find(String vm);

  /** Whether a VM runs here. */
  boolean isRunning(String vm);

  /** Memory that a VM has, in bytes. */
  long memoryOf(String vm) throws IOException;

  /** Memory that a new VM could have, in bytes. */
  long freeMemory();

  /**
   * Starts a live migration that leaves the VM paused at the destination.
   *
   * @throws IOException if it cannot begin
   */
  VmMigration migrate(String vm, VmHost destination) throws IOException;

  /**
   * The migration of a VM from here that is under way, or has landed and is undecided: for a leader
   * that comes after one that crashed. Empty if there is none.
   */
  Optional<VmMigration> migrationOf(String vm);

  /** Lets a paused VM run. */
  void unpause(String vm) throws IOException;
}
