package org.dmore.coordinator.host;

import java.io.IOException;
import java.util.function.Predicate;
import org.dmore.xen.embedded.EmbeddedHost;

/**
 * What an embedded host leaves to whoever made the room, as a real one leaves it to its toolstack.
 *
 * @param landsForGood whether a VM, named, becomes the destination's by itself when it lands, as
 *     with libvirt
 * @param consoleVms starts a DomR anew
 * @param power switches VMs
 */
public record EmbeddedToolstack(
    Predicate<String> landsForGood, ConsoleVms consoleVms, PowerActions power) {

  /** Starts DomRs. */
  @FunctionalInterface
  public interface ConsoleVms {
    /** Starts the DomR of a name on a host. */
    void start(EmbeddedHost host, String domR) throws IOException, InterruptedException;
  }

  /** Decides nothing by itself, starts no DomR, and switches nothing. */
  public static final EmbeddedToolstack UNDECIDED =
      new EmbeddedToolstack(
          vm -> false,
          (host, domR) -> {
            throw new IOException("no DomR can be started here: domr=" + domR);
          },
          (vm, action) -> {
            throw new IOException("nothing is switched here: vm=" + vm);
          });
}
