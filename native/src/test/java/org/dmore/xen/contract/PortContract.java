package org.dmore.xen.contract;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Opens a rig for each test. */
public abstract class PortContract {
  private ContractRig rig;

  /** Opens the implementation under test. */
  protected abstract ContractRig openRig() throws Exception;

  protected final ContractRig rig() {
    return rig;
  }

  @BeforeEach
  void open() throws Exception {
    rig = openRig();
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }
}
