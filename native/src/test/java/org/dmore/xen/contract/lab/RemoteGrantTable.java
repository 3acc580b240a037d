package org.dmore.xen.contract.lab;

import java.nio.ByteBuffer;
import java.util.List;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * Maps in the agent's domain. The mapping is real and lasts until the window is closed; what is in
 * it cannot be seen from here, so the window is empty.
 */
final class RemoteGrantTable implements GrantTable {
  private final LabHost host;

  RemoteGrantTable(LabHost host) {
    this.host = host;
  }

  @Override
  public SharedPage map(DomainId owner, List<GrantRef> refs, Access access) throws XenException {
    LabHost.Held held = host.map(owner, refs.get(0), access);
    return SharedPage.confined(ByteBuffer.allocateDirect(0), access, held::close);
  }

  @Override
  public void close() {}
}
