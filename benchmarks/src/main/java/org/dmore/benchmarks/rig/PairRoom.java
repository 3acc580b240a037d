package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.time.Duration;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;

/** One embedded host with a DomR that runs and a DomU that does not run yet. */
final class PairRoom implements AutoCloseable {
  private static final long MIB = 1 << 20;
  private static final long DOM_U_MEMORY = 8 * MIB;
  private static final long DOM_R_MEMORY = 4 * MIB;
  private static final Duration BOOT = Duration.ofSeconds(10);

  private final MachineRoom room;
  private final EmbeddedHost host;
  private final HostAgent agent;
  private final EmbeddedDomain domR;
  private final EmbeddedDomain domU;

  PairRoom() throws IOException {
    room = MachineRoom.builder().host("alpha", 2 * (DOM_U_MEMORY + DOM_R_MEMORY)).build();
    host = room.host("alpha");
    agent = new HostAgent(host.dom0());
    domR = host.createDomain(DomainConfig.of("bench-console", DOM_R_MEMORY).asDriverDomain());
    domU = host.createDomain(DomainConfig.of("bench", DOM_U_MEMORY));
    host.unpause(domR);
  }

  EmbeddedDomain domR() {
    return domR;
  }

  EmbeddedDomain domU() {
    return domU;
  }

  /** Attaches keyboard and framebuffer; DomR sees them come. */
  void attachDevices() throws IOException {
    agent.attachDevices(ConsoleId.only(domR.id()), domU.id());
  }

  /** Lets the guest boot once DomR serves its devices; returns when its driver has offered. */
  void boot(BareGuest guest) throws IOException, InterruptedException {
    boot(guest::awaitBooted);
  }

  /** The same for any guest, given how to wait until its drivers have offered. */
  void boot(Runnable awaitBooted) throws IOException, InterruptedException {
    agent.awaitBackends(domR.id(), domU.id(), BOOT);
    host.unpause(domU);
    awaitBooted.run();
  }

  @Override
  public void close() {
    agent.close();
    room.close();
  }
}
