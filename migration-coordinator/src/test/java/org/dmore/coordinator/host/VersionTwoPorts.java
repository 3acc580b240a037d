package org.dmore.coordinator.host;

import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventChannels;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/** Dom0's ports on a host whose guests have grant tables of version 2. */
record VersionTwoPorts(ControlPorts real) implements ControlPorts {
  @Override
  public XenStore xenStore() {
    return real.xenStore();
  }

  @Override
  public GrantTable grantTable() {
    return real.grantTable();
  }

  @Override
  public EventChannels eventChannels() {
    return real.eventChannels();
  }

  @Override
  public ForeignMemory foreignMemory() {
    return new Memory(real.foreignMemory());
  }

  private record Memory(ForeignMemory real) implements ForeignMemory {
    @Override
    public SharedPage map(DomainId domain, long[] frames, Access access) throws XenException {
      return real.map(domain, frames, access);
    }

    @Override
    public SharedPage mapGrantTable(DomainId domain, int firstFrame, int frames)
        throws XenException {
      return real.mapGrantTable(domain, firstFrame, frames);
    }

    @Override
    public int grantTableFrames(DomainId domain) throws XenException {
      return real.grantTableFrames(domain);
    }

    @Override
    public int grantTableVersion(DomainId domain) {
      return 2;
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
