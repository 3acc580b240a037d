package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.XenException;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * A program that starts consoled where there is no Xen: asks for Xen's libraries as consoled does,
 * goes on without, and serves a guest in the embedded room, or several, each in a room of its own.
 * Ends when its standard input does.
 *
 * <p>It is one class, so that it can be put beside DomR's own jars alone.
 */
public final class ConsoleStart implements KeyboardFrontend.Listener {
  private ConsoleStart() {}

  /**
   * Runs it.
   *
   * @param arguments ports on the loopback, a guest's console for each
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (LibDomainPorts ports = LibDomainPorts.open()) {
      System.err.println("this is a domain of Xen's: " + ports.xenStore().read("domid"));
    } catch (XenException e) {
      System.err.println("no Xen here: " + e.getMessage());
    }
    Deque<DemoRoom> rooms = new ArrayDeque<>();
    try {
      for (String port : arguments) {
        rooms.push(open(Integer.parseInt(port)));
      }
      int ended = System.in.read();
      System.err.println("ends: " + rooms.peek().address() + " " + ended);
    } finally {
      rooms.forEach(DemoRoom::close);
    }
    System.exit(0);
  }

  private static DemoRoom open(int port) throws IOException, InterruptedException {
    ConsoledConfig config = ConsoledConfig.builder("bench", "").listenOn("127.0.0.1", port).build();
    return DemoRoom.open(DemoSettings.of(config).small(), new MemoryJournal(), new ConsoleStart());
  }

  @Override
  public void key(int code, boolean pressed) {}
}
