package org.dmore.xen.embedded;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.EventChannelsContract;

class EmbeddedEventChannelsTest extends EventChannelsContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new EmbeddedRig();
  }
}
