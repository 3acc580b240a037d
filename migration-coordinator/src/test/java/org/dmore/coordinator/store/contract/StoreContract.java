package org.dmore.coordinator.store.contract;

import org.dmore.coordinator.store.CommitResult;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Opens a rig for each test. */
public abstract class StoreContract {
  private StoreRig rig;
  private StateStore store;

  /** Opens the implementation under test. */
  protected abstract StoreRig openRig() throws Exception;

  protected final StoreRig rig() {
    return rig;
  }

  protected final StateStore store() {
    return store;
  }

  @BeforeEach
  void open() throws Exception {
    rig = openRig();
    store = rig.open();
  }

  @AfterEach
  void closeRig() throws Exception {
    rig.close();
  }

  /** Writes a value, whatever was there; the revision. */
  static long put(StateStore store, String key, String value) throws StoreException {
    return commit(store, Transaction.builder().put(key, value));
  }

  /** Carries out what must succeed; the revision. */
  static long commit(StateStore store, Transaction.Builder transaction) throws StoreException {
    CommitResult result = store.commit(transaction.build());
    if (result instanceof CommitResult.Committed committed) {
      return committed.revision();
    }
    throw new AssertionError("refused: " + result);
  }
}
