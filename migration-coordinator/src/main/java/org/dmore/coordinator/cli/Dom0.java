package org.dmore.coordinator.cli;

import java.io.IOException;
import java.util.Optional;
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

  /**
   * Gives the interfaces on if they are dom0's: another domain would be refused one thing after the
   * other.
   *
   * @throws IOException if they are another domain's; they are closed then
   */
  static Dom0 checked(Dom0 opened) throws IOException {
    boolean passed = false;
    try {
      Optional<String> self = opened.ports().xenStore().read("domid").map(String::strip);
      if (self.isPresent() && !self.get().equals("0")) {
        throw new IOException(
            "this is domain=" + self.get() + " and not dom0: run it on the host itself");
      }
      passed = true;
      return opened;
    } finally {
      if (!passed) {
        opened.close();
      }
    }
  }

  @Override
  public void close() {
    closer.run();
  }
}
