package org.dmore.benchmarks.cost;

import java.io.IOException;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.XenException;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * A program that starts consoled where there is no Xen: asks for Xen's libraries as consoled does,
 * goes on without, and serves a guest in the embedded room. Ends when its standard input does.
 *
 * <p>It is one class, so that it can be put beside DomR's own jars alone.
 */
public final class ConsoleStart implements KeyboardFrontend.Listener {
  private ConsoleStart() {}

  /**
   * Runs it.
   *
   * @param arguments the port to listen on, on the loopback
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (LibDomainPorts ports = LibDomainPorts.open()) {
      System.err.println("this is a domain of Xen's: " + ports.xenStore().read("domid"));
    } catch (XenException e) {
      System.err.println("no Xen here: " + e.getMessage());
    }
    ConsoledConfig config =
        ConsoledConfig.builder("bench", "")
            .listenOn("127.0.0.1", Integer.parseInt(arguments[0]))
            .build();
    try (DemoRoom room =
        DemoRoom.open(DemoSettings.of(config).small(), new MemoryJournal(), new ConsoleStart())) {
      int ended = System.in.read();
      System.err.println("ends: " + room.address() + " " + ended);
    }
    System.exit(0);
  }

  @Override
  public void key(int code, boolean pressed) {}
}
