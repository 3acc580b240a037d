package org.dmore.coordinator.store.contract;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.Lease;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.Snapshot;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Transaction;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;

/** A store in front of another, with faults that are asked for beforehand. Not thread-safe. */
public final class FaultyStore implements StateStore {
  /** What happens to a transaction. */
  public enum Fault {
    /** It is carried out and the answer lost. */
    ANSWER_LOST,
    /** It is lost, and the answer with it. */
    REQUEST_LOST,
    /** It is not sent. */
    NOT_SENT
  }

  /** What happens to the next transactions, one after another. */
  public final Queue<Fault> faults = new ArrayDeque<>();

  private final StateStore store;

  public FaultyStore(StateStore store) {
    this.store = store;
  }

  @Override
  public CommitResult commit(Transaction transaction) throws StoreException {
    Fault fault = faults.poll();
    if (fault == Fault.NOT_SENT) {
      throw new StoreUnavailableException("not sent, as the test wants it", null);
    }
    if (fault == Fault.REQUEST_LOST) {
      throw new OutcomeUnknownException("lost, as the test wants it", null);
    }
    CommitResult result = store.commit(transaction);
    if (fault == Fault.ANSWER_LOST) {
      throw new OutcomeUnknownException("answer lost, as the test wants it", null);
    }
    return result;
  }

  @Override
  public Optional<StoreEntry> get(String key) throws StoreException {
    return store.get(key);
  }

  @Override
  public Snapshot list(String prefix) throws StoreException {
    return store.list(prefix);
  }

  @Override
  public Watch watch(String prefix, long fromRevision, WatchListener listener) {
    return store.watch(prefix, fromRevision, listener);
  }

  @Override
  public Lease grantLease(Duration ttl, Runnable onLost) throws StoreException {
    return store.grantLease(ttl, onLost);
  }

  @Override
  public void close() {
    store.close();
  }
}
