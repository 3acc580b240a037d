package org.dmore.xen.contract.lab;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.XenStoreContract;

/** Run by {@link ContractMain} in an unprivileged domain. */
class RealXenStore extends XenStoreContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new LabRig.Store();
  }
}
