package org.dmore.coordinator.store.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.Compare.CompareResult;
import io.etcd.jetcd.api.Compare.CompareTarget;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.dmore.coordinator.store.BootClock;
import org.dmore.coordinator.store.Change;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Condition;
import org.dmore.coordinator.store.KeptLease;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.Snapshot;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreRefusedException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;

/**
 * The state in etcd, for the processes of several hosts. Connects when it is first used, and again
 * whenever it must.
 *
 * <p>etcd remembers old revisions until it is told to compact them, so let it do that by itself
 * ({@code --auto-compaction-retention}); a watch that is further behind than that is told so.
 */
public final class EtcdStateStore implements StateStore {
  /** Entries that a list reads at a time: with the longest values about 50 MB. */
  static final int PAGE = 200;

  /** How often a list begins anew because its revision was compacted meanwhile. */
  private static final int LISTS = 5;

  private final EtcdSettings settings;
  private final EtcdMembers members;
  private final LongSupplier clock = new BootClock();
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

  /** For the leases' time: nothing that waits. */
  private final ScheduledExecutorService timer = scheduler("etcd-leases");

  /** For connecting watches, which may wait for a login. */
  private final ScheduledExecutorService connector = scheduler("etcd-watches");

  private volatile boolean closed;

  private EtcdStateStore(EtcdSettings settings, EtcdMembers members) {
    this.settings = settings;
    this.members = members;
  }

  /**
   * Makes a store; whether etcd is there shows with the first call.
   *
   * @throws StoreRefusedException if a certificate or key cannot be read
   */
  public static EtcdStateStore open(EtcdSettings settings) throws StoreRefusedException {
    return new EtcdStateStore(settings, EtcdMembers.of(settings));
  }

  @Override
  public Optional<StoreEntry> get(String key) throws StoreException {
    RangeRequest request = RangeRequest.newBuilder().setKey(bytes(Keys.check(key))).build();
    return range(request).getKvsList().stream().findFirst().map(EtcdStateStore::entry);
  }

  @Override
  public Snapshot list(String prefix) throws StoreException {
    Keys.checkPrefix(prefix);
    for (int i = 1; i < LISTS; i++) {
      try {
        return listOnce(prefix);
      } catch (StoreRefusedException e) {
        if (!EtcdErrors.isCompacted(Status.fromThrowable(e))) {
          throw e;
        }
      }
    }
    return listOnce(prefix);
  }

  private Snapshot listOnce(String prefix) throws StoreException {
    List<StoreEntry> entries = new ArrayList<>();
    RangeRequest.Builder request =
        RangeRequest.newBuilder()
            .setKey(bytes(prefix))
            .setRangeEnd(bytes(Keys.endOf(prefix)))
            .setLimit(PAGE);
    RangeResponse page;
    do {
      page = range(request.build());
      page.getKvsList().forEach(pair -> entries.add(entry(pair)));
      if (request.getRevision() == 0) {
        request.setRevision(page.getHeader().getRevision());
      }
      if (page.getMore()) {
        // The least key after the last one of this page.
        ByteString last = page.getKvs(page.getKvsCount() - 1).getKey();
        request.setKey(last.concat(ByteString.copyFrom(new byte[1])));
      }
    } while (page.getMore());
    return new Snapshot(request.getRevision(), entries);
  }

  @Override
  public CommitResult commit(Transaction transaction) throws StoreException {
    TxnRequest.Builder request = TxnRequest.newBuilder();
    Set<String> keys = new TreeSet<>();
    for (Condition condition : transaction.conditions()) {
      request.addCompare(compare(condition));
      keys.add(condition.key());
    }
    for (String key : keys) {
      request.addFailure(
          RequestOp.newBuilder()
              .setRequestRange(RangeRequest.newBuilder().setKey(bytes(key)).build()));
    }
    transaction.changes().forEach(change -> request.addSuccess(operation(change)));
    TxnRequest built = request.build();
    TxnResponse response =
        members.call(
            transaction.changes().isEmpty(),
            settings.call(),
            (channel, deadline) -> KVGrpc.newFutureStub(channel).withDeadline(deadline).txn(built));
    long revision = response.getHeader().getRevision();
    if (response.getSucceeded()) {
      return new CommitResult.Committed(revision);
    }
    List<StoreEntry> current = new ArrayList<>();
    for (ResponseOp found : response.getResponsesList()) {
      found.getResponseRange().getKvsList().forEach(pair -> current.add(entry(pair)));
    }
    return new CommitResult.Conflict(revision, current);
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    Keys.checkPrefix(prefix);
    if (fromRevision < 1) {
      throw new IllegalArgumentException("fromRevision=" + fromRevision + " must be 1 or more");
    }
    checkOpen();
    EtcdWatch watch =
        new EtcdWatch(prefix, fromRevision, listener, members, connector, watches::remove);
    watches.add(watch);
    watch.start();
    if (closed) {
      watch.close();
    }
    return watch;
  }

  @Override
  public Lease grantLease(Duration ttl, Runnable onLost) throws StoreException {
    Duration whole = KeptLease.checkTtl(ttl);
    checkOpen();
    long sentAt = clock.getAsLong();
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setTTL(whole.toSeconds()).build();
    // Done twice, it leaves a lease that nobody keeps alive.
    LeaseGrantResponse response =
        members.call(
            true,
            settings.call(),
            (channel, deadline) ->
                LeaseGrpc.newFutureStub(channel).withDeadline(deadline).leaseGrant(request));
    KeptLease lease =
        KeptLease.keep(
            response.getID(),
            Duration.ofSeconds(response.getTTL()), // etcd may make it longer
            sentAt,
            new LeaseSignal(response.getID()),
            onLost,
            clock,
            timer);
    leases.removeIf(old -> !old.isHeld());
    leases.add(lease);
    if (closed) {
      lease.close();
    }
    return lease;
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(EtcdWatch::close);
    leases.forEach(Lease::close);
    timer.shutdownNow();
    connector.shutdownNow();
    members.close();
  }

  @Override
  public String toString() {
    return members.toString();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private RangeResponse range(RangeRequest request) throws StoreException {
    return members.call(
        true,
        settings.call(),
        (channel, deadline) -> KVGrpc.newFutureStub(channel).withDeadline(deadline).range(request));
  }

  /** How a lease is kept alive and ended. */
  private final class LeaseSignal implements KeptLease.Signal {
    private final long id;

    private LeaseSignal(long id) {
      this.id = id;
    }

    @Override
    public boolean renew(Duration limit) throws StoreException {
      Duration shorter = limit.compareTo(settings.call()) < 0 ? limit : settings.call();
      return members.call(true, shorter, this::keepAlive).getTTL() > 0;
    }

    /** etcd's own call is a stream; one answer of it is enough. */
    private CompletableFuture<LeaseKeepAliveResponse> keepAlive(
        Channel channel, Deadline deadline) {
      CompletableFuture<LeaseKeepAliveResponse> answer = new CompletableFuture<>();
      StreamObserver<LeaseKeepAliveRequest> requests =
          LeaseGrpc.newStub(channel)
              .withDeadline(deadline)
              .leaseKeepAlive(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse response) {
                      answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable t) {
                      answer.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {
                      answer.completeExceptionally(
                          Status.UNAVAILABLE
                              .withDescription("the stream ended without an answer")
                              .asRuntimeException());
                    }
                  });
      requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
      requests.onCompleted();
      return answer;
    }

    @Override
    public void revoke() throws StoreException {
      LeaseRevokeRequest request = LeaseRevokeRequest.newBuilder().setID(id).build();
      try {
        members.call(
            true,
            settings.call(),
            (channel, deadline) ->
                LeaseGrpc.newFutureStub(channel).withDeadline(deadline).leaseRevoke(request));
      } catch (StoreRefusedException e) {
        if (Status.fromThrowable(e).getCode() != Status.Code.NOT_FOUND) {
          throw e;
        }
      }
    }
  }

  private static Compare compare(Condition condition) {
    Compare.Builder compare =
        Compare.newBuilder().setKey(bytes(condition.key())).setResult(CompareResult.EQUAL);
    if (condition instanceof Condition.Absent) {
      compare.setTarget(CompareTarget.VERSION).setVersion(0);
    } else if (condition instanceof Condition.Exists) {
      compare.setTarget(CompareTarget.VERSION).setVersion(0).setResult(CompareResult.GREATER);
    } else if (condition instanceof Condition.VersionIs is) {
      compare.setTarget(CompareTarget.VERSION).setVersion(is.version());
    } else if (condition instanceof Condition.ModRevisionIs is) {
      compare.setTarget(CompareTarget.MOD).setModRevision(is.revision());
    } else {
      compare
          .setTarget(CompareTarget.CREATE)
          .setCreateRevision(((Condition.CreateRevisionIs) condition).revision());
    }
    return compare.build();
  }

  private static RequestOp operation(Change change) {
    RequestOp.Builder operation = RequestOp.newBuilder();
    if (change instanceof Change.Put put) {
      operation.setRequestPut(
          PutRequest.newBuilder()
              .setKey(bytes(put.key()))
              .setValue(bytes(put.value()))
              .setLease(put.lease().orElse(0)));
    } else if (change instanceof Change.Delete delete) {
      operation.setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(delete.key())));
    } else {
      String prefix = ((Change.DeletePrefix) change).prefix();
      operation.setRequestDeleteRange(
          DeleteRangeRequest.newBuilder()
              .setKey(bytes(prefix))
              .setRangeEnd(bytes(Keys.endOf(prefix))));
    }
    return operation.build();
  }

  static StoreEntry entry(KeyValue pair) {
    return new StoreEntry(
        pair.getKey().toString(StandardCharsets.UTF_8),
        pair.getValue().toString(StandardCharsets.UTF_8),
        pair.getCreateRevision(),
        pair.getModRevision(),
        pair.getVersion(),
        pair.getLease() == 0 ? OptionalLong.empty() : OptionalLong.of(pair.getLease()));
  }

  static ByteString bytes(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
