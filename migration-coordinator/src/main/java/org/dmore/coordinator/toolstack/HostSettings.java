package org.dmore.coordinator.toolstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a real host is worked with.
 *
 * @param address under which other hosts reach this one, for VMs that come
 * @param libvirtUri this host's libvirtd, as {@code xen:///system}; empty if only xl is used
 * @param libvirtPeerUri this host's libvirtd as the others' libvirtd reach it, as {@code
 *     xen+tls://HOST/system}
 * @param tunnelled whether libvirt sends VMs through its own connection, encrypted if that is
 * @param streams how what xl sends is protected on its way
 * @param consoleVms xl's configuration of DomRs, {@code %s} standing for the name: what is started
 *     where one is gone
 * @param runFolder where the state of streams is, that must not outlive a boot
 * @param command how long a command of a toolstack may take that does not move memory
 * @param arrival how long a place for a VM that comes is kept open
 * @param serve how long consoled may take before it is told that it does not serve
 */
public record HostSettings(
    String address,
    Optional<String> libvirtUri,
    Optional<String> libvirtPeerUri,
    boolean tunnelled,
    StreamSecurity streams,
    Optional<String> consoleVms,
    Path runFolder,
    Duration command,
    Duration arrival,
    Duration serve) {

  /** Checks all at once. */
  public HostSettings {
    List<String> problems = new ArrayList<>();
    if (!address.matches("[A-Za-z0-9.:-]+")) {
      problems.add("address=" + address + " is no host name or address");
    }
    if (libvirtUri.isPresent() && libvirtPeerUri.isEmpty()) {
      problems.add("libvirtPeerUri is missing: how do other hosts' libvirtd reach this one's?");
    }
    if (consoleVms.isPresent() && !consoleVms.get().contains("%s")) {
      problems.add("consoleVms=" + consoleVms.get() + " has no %s for the name");
    }
    for (Duration time : List.of(command, arrival, serve)) {
      if (time.isNegative() || time.isZero()) {
        problems.add(time + " is no time to wait");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("host's settings: " + String.join("; ", problems));
    }
  }
}
