package org.dmore.xen.contract.lab;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.GrantTableContract;

/** Run by {@link ContractMain} in an unprivileged domain. */
class RealGrantTable extends GrantTableContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new LabRig.Grants();
  }
}
