package org.dmore.xen.embedded;

import org.dmore.xen.ControlPorts;
import org.dmore.xen.EventChannels;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.XenStore;

/** One opened set of dom0's ports. */
record EmbeddedControlPorts(
    XenStore xenStore,
    GrantTable grantTable,
    EventChannels eventChannels,
    ForeignMemory foreignMemory)
    implements ControlPorts {

  static EmbeddedControlPorts open(Occupant dom0) {
    return new EmbeddedControlPorts(
        new EmbeddedXenStore(dom0),
        new EmbeddedGrantTable(dom0),
        new EmbeddedEventChannels(dom0),
        new EmbeddedForeignMemory(dom0));
  }
}
