package org.dmore.xen.embedded;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.ForeignMemoryContract;

class EmbeddedForeignMemoryTest extends ForeignMemoryContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new EmbeddedRig();
  }
}
