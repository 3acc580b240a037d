package org.dmore.coordinator.store.etcd;

import org.dmore.coordinator.store.contract.StateStoreContract;
import org.dmore.coordinator.store.contract.StoreRig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EtcdContractTest extends StateStoreContract {
  private static EtcdServer server;

  @BeforeAll
  static void startEtcd() throws Exception {
    server = EtcdServer.start();
  }

  @AfterAll
  static void endEtcd() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected StoreRig openRig() throws Exception {
    return new EtcdRig(server);
  }
}
