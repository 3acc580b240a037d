package org.dmore.coordinator.store.etcd;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.contract.StoreRig;

/** An etcd that is emptied for each test. */
public final class EtcdRig implements StoreRig {
  private final EtcdServer server;
  private final List<StateStore> stores = new ArrayList<>();

  public EtcdRig(EtcdServer server) throws StoreException {
    this.server = server;
    open().commit(Transaction.builder().deletePrefix("/").build());
  }

  private EtcdSettings settings() {
    return EtcdSettings.of(server.endpoint()).withCall(Duration.ofSeconds(3));
  }

  @Override
  public StateStore open() throws StoreException {
    StateStore store = EtcdStateStore.open(settings());
    stores.add(store);
    return store;
  }

  @Override
  public void forgetHistory() throws StoreException {
    long revision = stores.get(0).list("/").revision();
    CompactionRequest request = CompactionRequest.newBuilder().setRevision(revision).build();
    ask((channel, deadline) -> KVGrpc.newFutureStub(channel).compact(request));
  }

  @Override
  public void endLease(long lease) throws StoreException {
    LeaseRevokeRequest request = LeaseRevokeRequest.newBuilder().setID(lease).build();
    ask((channel, deadline) -> LeaseGrpc.newFutureStub(channel).leaseRevoke(request));
  }

  /** Asks etcd for what stores do not ask. */
  private <T> void ask(EtcdMembers.Call<T> call) throws StoreException {
    try (EtcdMembers members = EtcdMembers.of(settings())) {
      members.call(true, Duration.ofSeconds(5), call);
    }
  }

  @Override
  public void restart() throws Exception {
    server.kill();
    server.launch();
  }

  @Override
  public void stall() throws Exception {
    server.stop();
  }

  @Override
  public void resume() throws Exception {
    server.resume();
  }

  @Override
  public void close() {
    stores.forEach(StateStore::close);
  }
}
