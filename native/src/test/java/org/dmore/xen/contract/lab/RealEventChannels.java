package org.dmore.xen.contract.lab;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.EventChannelsContract;

/** Run by {@link ContractMain} in an unprivileged domain. */
class RealEventChannels extends EventChannelsContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new LabRig.Channels();
  }
}
