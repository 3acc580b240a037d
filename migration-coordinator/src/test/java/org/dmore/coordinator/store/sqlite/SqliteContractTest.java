package org.dmore.coordinator.store.sqlite;

import org.dmore.coordinator.store.contract.StateStoreContract;
import org.dmore.coordinator.store.contract.StoreRig;

class SqliteContractTest extends StateStoreContract {
  @Override
  protected StoreRig openRig() throws Exception {
    return new SqliteRig();
  }
}
