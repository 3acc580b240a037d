package org.dmore.coordinator.host;

import org.dmore.vdev.service.ControlNodes;
import org.dmore.xen.DomainId;

/**
 * Which console it is: there may be several in one DomR.
 *
 * @param domR the DomR
 * @param guest whose console, by the guest's name; empty if DomR has but one
 */
public record ConsoleId(DomainId domR, String guest) {
  /** The only console of a DomR. */
  public static ConsoleId only(DomainId domR) {
    return new ConsoleId(domR, "");
  }

  /** The same guest's console in another DomR, or with DomR under another number. */
  ConsoleId at(DomainId other) {
    return new ConsoleId(other, guest);
  }

  /** Where it is commanded. */
  ControlNodes nodes() {
    return ControlNodes.of(guest);
  }

  /** {@code domain=7}, with the guest if it has to be said. */
  @Override
  public String toString() {
    return "domain=" + domR + (guest.isEmpty() ? "" : " guest=" + guest);
  }
}
