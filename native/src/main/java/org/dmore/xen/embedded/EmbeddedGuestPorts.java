package org.dmore.xen.embedded;

import org.dmore.xen.EventChannels;
import org.dmore.xen.GrantOffers;
import org.dmore.xen.GrantTable;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenStore;

/** One opened set of a domain's ports. */
record EmbeddedGuestPorts(
    XenStore xenStore,
    GrantTable grantTable,
    EventChannels eventChannels,
    GuestMemory memory,
    GrantOffers grantOffers)
    implements GuestPorts {}
