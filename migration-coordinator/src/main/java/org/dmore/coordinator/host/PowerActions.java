package org.dmore.coordinator.host;

import java.io.IOException;

/** Switches VMs of a host: a toolstack's work. */
@FunctionalInterface
public interface PowerActions {

  /**
   * Does it, or has it begun: a clean shutdown takes the time that the guest takes. May block.
   *
   * @param vm the VM's name; the host's word and no guest's
   * @throws IOException if it cannot be, with a reason that the viewer's audit gets
   */
  void perform(String vm, PowerAction action) throws IOException, InterruptedException;
}
