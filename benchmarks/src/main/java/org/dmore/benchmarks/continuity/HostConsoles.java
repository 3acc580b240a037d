package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.vdev.service.Consoled;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;

/**
 * A driver domain on each host of a room that stays where it is, in which the consoles of that
 * host's guests are served: a process for each guest, which begins before the guest comes and ends
 * when it leaves.
 */
final class HostConsoles {
  private final DemoSettings settings;
  private final Map<String, EmbeddedDomain> domains = new HashMap<>();

  HostConsoles(MachineRoom room, DemoSettings settings) throws IOException {
    this.settings = settings;
    for (EmbeddedHost host : room.hosts()) {
      EmbeddedDomain domain =
          host.createDomain(DomainConfig.of("consoles", settings.domRMemory()).asDriverDomain());
      host.unpause(domain);
      domains.put(host.name(), domain);
    }
  }

  /** The number of a host's driver domain. */
  DomainId id(String host) {
    return domains.get(host).id();
  }

  /** Starts a process on a host that takes clients from now on. */
  Consoled start(String host) throws IOException {
    Consoled consoled =
        new Consoled(settings.console(), settings.security(), domains.get(host).openPorts());
    consoled.start();
    return consoled;
  }
}
