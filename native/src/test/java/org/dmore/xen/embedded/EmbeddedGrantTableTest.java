package org.dmore.xen.embedded;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.GrantTableContract;

class EmbeddedGrantTableTest extends GrantTableContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new EmbeddedRig();
  }
}
