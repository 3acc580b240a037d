package org.dmore.coordinator.store;

import java.util.List;

/**
 * Receives what a watch sees, one call at a time, on threads of the store's. It may take its time
 * and may call the store; what waits for it waits in the store.
 */
public interface WatchListener {

  /**
   * One revision changed keys below the watched prefix.
   *
   * @param revision the revision, greater than that of the call before
   * @param events its changes below the prefix
   */
  void changed(long revision, List<StoreEvent> events);

  /**
   * The watch cannot go on: what comes next is no longer known, because the store has forgotten old
   * revisions or refuses the watch. There are no further calls. List again and watch anew from
   * there.
   *
   * @param why for people
   */
  void lost(String why);
}
