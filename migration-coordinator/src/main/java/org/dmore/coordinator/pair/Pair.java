package org.dmore.coordinator.pair;

import java.util.ArrayList;
import java.util.List;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.xen.DomainId;

/**
 * A user VM and the remote-management VM that serves its console; they live on one host and move
 * together. So do all the user VMs of a DomR that serves several.
 *
 * @param domU the user VM's name; the first one's, if there are several
 * @param domR its DomR's name
 * @param others the names of the other user VMs that DomR serves
 */
public record Pair(String domU, String domR, List<String> others) {
  public Pair {
    others = List.copyOf(others);
  }

  /** A pair of two. */
  public Pair(String domU, String domR) {
    this(domU, domR, List.of());
  }

  /** The names of all user VMs. */
  public List<String> guests() {
    List<String> guests = new ArrayList<>(List.of(domU));
    guests.addAll(others);
    return guests;
  }

  /** The names of all VMs: the user VMs', and DomR's. */
  public List<String> vms() {
    List<String> vms = guests();
    vms.add(domR);
    return vms;
  }

  /** Whether DomR serves several user VMs. */
  public boolean isShared() {
    return !others.isEmpty();
  }

  /**
   * A user VM's console.
   *
   * @param domain DomR's number, where it is now
   * @param guest the user VM's name
   */
  public ConsoleId console(DomainId domain, String guest) {
    return new ConsoleId(domain, isShared() ? guest : "");
  }

  @Override
  public String toString() {
    return String.join("+", vms());
  }
}
