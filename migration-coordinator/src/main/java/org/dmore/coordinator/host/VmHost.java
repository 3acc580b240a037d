package org.dmore.coordinator.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dmore.xen.DomainId;

/**
 * A host as the control plane sees it: the VMs on it, and what can be done with them. It may be
 * this process's own host or one that is asked over the network. Thread-safe.
 */
public interface VmHost {

  /**
   * A VM that is copied to this host and is not this host's yet.
   *
   * @param id its number here
   * @param memoryBytes memory that it has here so far
   */
  record IncomingVm(DomainId id, long memoryBytes) {}

  /**
   * Where a VM can be sent to.
   *
   * @param stream where one stream of xl's is taken, as {@code HOST:PORT}; empty if the VM comes by
   *     libvirt
   * @param libvirtUri under which the source's libvirtd finds this host's; empty if the VM comes by
   *     xl
   */
  record Landing(String stream, String libvirtUri) {}

  /** The host's name, which no other host has. */
  String name();

  /** Dom0's part in consoles on this host. */
  ConsoleAgent agent();

  /** Names of the VMs that are here, running or paused; not of those that only arrive. */
  List<String> vms() throws IOException;

  /** The number of a VM that is here, running or paused; empty if there is none of that name. */
  Optional<DomainId> find(String vm) throws IOException;

  /** Whether a VM runs here. */
  boolean isRunning(String vm) throws IOException;

  /** Memory that a VM has, in bytes. */
  long memoryOf(String vm) throws IOException;

  /** Memory that a new VM could have, in bytes. */
  long freeMemory() throws IOException;

  /** Memory that VMs may have altogether, in bytes. */
  long totalMemory() throws IOException;

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
  Optional<VmMigration> migrationOf(String vm) throws IOException;

  /**
   * Opens this host for one VM.
   *
   * @param source the name of the host that it will come from
   * @param from the address that it will come from; empty if any will do
   * @param toolstack which one sends it, {@code xl} or {@code libvirt}
   */
  Landing open(String vm, String source, String from, String toolstack) throws IOException;

  /** A VM that arrives here and is not this host's yet. */
  Optional<IncomingVm> incoming(String vm) throws IOException;

  /**
   * Destroys what a VM that was to come here has left, because its move failed and its source goes
   * on with it. What ends with its stream is left alone.
   */
  void giveUp(String vm) throws IOException;

  /** Whether it is known that the host does not run and nothing of it comes back. */
  default boolean isDown() {
    return false;
  }

  /** Lets a paused VM run. */
  void unpause(String vm) throws IOException;

  /** Ends a VM at once, if it is here. */
  void destroy(String vm) throws IOException;

  /**
   * Starts a DomR anew where the old one is gone.
   *
   * @param domR its name, by which this host knows what to start
   */
  void startConsoleVm(String domR) throws IOException, InterruptedException;

  /** What can be done to a VM's power. */
  PowerActions power();

  /**
   * Keeps a guest's console attached from now on, through reboots and whatever else; until {@link
   * #unfollow}. Does nothing if it does already.
   *
   * @param shared whether DomR serves other guests too
   */
  void follow(String domU, String domR, boolean shared) throws IOException;

  /** Leaves a pair's console as it stands, for whoever moves it; what is granted stays granted. */
  void unfollow(String domU) throws IOException;
}
