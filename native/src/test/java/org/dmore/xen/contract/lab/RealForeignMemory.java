package org.dmore.xen.contract.lab;

import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.contract.ForeignMemoryContract;

/** Run by {@link ContractMain} in dom0. */
class RealForeignMemory extends ForeignMemoryContract {
  @Override
  protected ContractRig openRig() throws Exception {
    return new ControlRig();
  }
}
