package org.dmore.coordinator.store.sqlite;

import org.dmore.coordinator.store.contract.LeadershipContract;
import org.dmore.coordinator.store.contract.StoreRig;

class SqliteLeadershipTest extends LeadershipContract {
  @Override
  protected StoreRig openRig() throws Exception {
    return new SqliteRig();
  }
}
