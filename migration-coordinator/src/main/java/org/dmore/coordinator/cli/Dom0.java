package org.dmore.coordinator.cli;

import java.io.IOException;
import org.dmore.xen.ControlPorts;

/**
 * Dom0's interfaces to Xen, open as long as a command runs.
 *
 * @param ports the interfaces
 * @param closer lets go of them
 */
record Dom0(ControlPorts ports, Runnable closer) implements AutoCloseable {

  /** Opens the interfaces; called when a command needs them, and not before. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens them.
     *
     * @throws IOException if this is not dom0, or not root, with what to do about it
     */
    Dom0 open() throws IOException;
  }

  @Override
  public void close() {
    closer.run();
  }
}
