package org.dmore.vdev.access;

import java.io.IOException;
import java.util.Optional;

/**
 * Where {@link AccessMemory} is kept, so that the next process knows what was used and revoked.
 * Called by one thread at a time.
 */
public interface MemoryStore {

  /** Keeps nothing: the next process knows nothing, and trusts no token that it could know of. */
  static MemoryStore none() {
    return new MemoryStore() {
      @Override
      public Optional<String> load() {
        return Optional.empty();
      }

      @Override
      public void save(String text) {}
    };
  }

  /**
   * What was saved last.
   *
   * @return empty if nothing ever was
   * @throws IOException if it cannot be read
   */
  Optional<String> load() throws IOException;

  /**
   * Saves; when it returns, a process that is killed has saved it.
   *
   * @throws IOException if it cannot; what was there before is still there
   */
  void save(String text) throws IOException;
}
