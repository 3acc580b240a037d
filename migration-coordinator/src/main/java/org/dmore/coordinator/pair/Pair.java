package org.dmore.coordinator.pair;

import java.util.ArrayList;
import java.util.List;

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
   * How DomR knows a user VM's console.
   *
   * @param guest the user VM's name
   * @return the same; empty if DomR serves but one
   */
  public String consoleOf(String guest) {
    return isShared() ? guest : "";
  }

  @Override
  public String toString() {
    return String.join("+", vms());
  }
}
