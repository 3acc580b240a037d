package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.time.Duration;

/** Opens the way to a {@code hostd}; called when a command needs it, and not before. */
@FunctionalInterface
public interface HostdSource {
  /**
   * Opens it.
   *
   * @param callTimeout how long it may take to answer a call
   * @throws org.dmore.coordinator.control.ControlException if nobody answers there, or does not let
   *     this user in
   * @throws IOException if a file that is needed is of no use
   */
  Hostd open(HostdAddress address, Duration callTimeout) throws IOException;
}
