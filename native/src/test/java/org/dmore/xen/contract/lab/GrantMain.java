package org.dmore.xen.contract.lab;

import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.GrantRef;
import org.dmore.xen.lib.LibControlPorts;

/**
 * Grants a page of a paused guest that never runs to another domain, in dom0: what {@link MoveMain}
 * maps. {@code GrantMain PUPPET-DOMID GRANT-REF TO-DOMID}.
 */
public final class GrantMain {
  private static final long FRAME = 6000;

  private GrantMain() {}

  /** Grants, and leaves the entry standing. */
  public static void main(String[] arguments) throws Exception {
    try (LibControlPorts dom0 = LibControlPorts.open();
        PuppetGuest puppet = new PuppetGuest(dom0, DomainId.parse(arguments[0]))) {
      puppet.clear(FRAME, 1);
      puppet.grant(
          GrantRef.parse(arguments[1]), DomainId.parse(arguments[2]), FRAME, Access.READ_WRITE);
    }
    System.out.println("granted ref=" + arguments[1] + " to domid=" + arguments[2]);
  }
}
