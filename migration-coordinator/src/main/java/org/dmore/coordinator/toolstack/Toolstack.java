package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.util.Optional;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;

/** What manages VMs on a real host. Thread-safe; every call is bounded. */
interface Toolstack extends AutoCloseable {

  /** Its name, as a peer is told which one sends: {@code xl} or {@code libvirt}. */
  String name();

  /**
   * Whether it manages a VM that is here, running or paused; not one that only arrives.
   *
   * @throws IOException if it does not answer
   */
  boolean manages(String vm) throws IOException;

  /** Whether a VM that it manages runs. */
  boolean isRunning(String vm) throws IOException;

  /** Lets a paused VM run. */
  void unpause(String vm) throws IOException;

  /** Ends a VM at once. */
  void destroy(String vm) throws IOException;

  /** Starts a live migration that leaves the VM paused at the destination. */
  VmMigration migrate(String vm, VmHost destination, VmHost.Landing landing) throws IOException;

  /** A VM's migration from here that is under way, or has landed and is undecided. */
  Optional<VmMigration> migrationOf(String vm) throws IOException;

  /** Switches a VM. */
  void perform(String vm, PowerAction action) throws IOException;

  @Override
  void close();
}
