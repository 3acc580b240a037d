package org.dmore.xen.embedded;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.XenStoreContract;

class EmbeddedXenStoreTest extends XenStoreContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new EmbeddedRig();
  }
}
