package org.dmore.coordinator.store.contract;

import java.io.IOException;
import org.dmore.coordinator.store.StateStore;

/** An empty store, as a contract needs it. */
public interface StoreRig extends AutoCloseable {
  /** Opens the store once more, as another process would; the rig closes it. */
  StateStore open() throws Exception;

  /** Makes the store forget all revisions up to the present one. */
  void forgetHistory() throws Exception;

  /** Kills what serves the store and starts it again; where nothing does, does nothing. */
  void restart() throws Exception;

  /** Ends a lease, and its entries, behind its holder's back. */
  void endLease(long lease) throws Exception;

  /** Makes the store answer nobody. */
  void stall() throws Exception;

  /** Ends {@link #stall}. */
  void resume() throws Exception;

  @Override
  void close() throws IOException;
}
