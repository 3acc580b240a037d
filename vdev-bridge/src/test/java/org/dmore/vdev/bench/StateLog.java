package org.dmore.vdev.bench;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Hears of each write to a state node; a state that is overwritten at once may be seen as the next.
 */
public final class StateLog {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final XenStore store;
  private final String node;

  StateLog(XenStore store, String node) throws XenException {
    this.store = store;
    this.node = node;
    XenStore.Watch unused = store.watch(node, path -> note());
  }

  /** What the node said each time that it was written, beginning with what it said at first. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  private void note() {
    try {
      seen.add(store.read(node).orElse(""));
    } catch (XenException e) {
      seen.add(e.getMessage());
    }
  }
}
