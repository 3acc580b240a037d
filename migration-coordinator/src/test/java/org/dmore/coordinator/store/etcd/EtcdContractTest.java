package org.dmore.coordinator.store.etcd;

import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import java.time.Duration;
import org.dmore.coordinator.store.StateStore;
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

  @Override
  protected void revokeElsewhere(StateStore other, long lease) throws Exception {
    LeaseRevokeRequest request = LeaseRevokeRequest.newBuilder().setID(lease).build();
    try (EtcdMembers members = EtcdMembers.of(EtcdSettings.of(server.endpoint()))) {
      members.call(
          true,
          Duration.ofSeconds(5),
          (channel, deadline) ->
              LeaseGrpc.newFutureStub(channel).withDeadline(deadline).leaseRevoke(request));
    }
  }
}
