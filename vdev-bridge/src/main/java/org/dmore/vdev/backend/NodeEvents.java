package org.dmore.vdev.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Hears of changes to a device's nodes, both ends', on xenstore's thread, and has the loop look.
 * Any number of changes are one look: a guest that writes without end must not fill the loop.
 */
final class NodeEvents {
  /** The frontend's node with its event channel, which every offer writes. */
  static final String PORT = "event-channel";

  private final DeviceId id;
  private final XenStore store;
  private final Executor loop;
  private final Runnable look;
  private final List<XenStore.Watch> watches = new ArrayList<>();
  private final AtomicBoolean lookPosted = new AtomicBoolean();

  /** The frontend wrote its port. */
  private final AtomicBoolean portWritten = new AtomicBoolean();

  /**
   * What we read can be ahead of the events that we hear. Those of the offer that was taken have
   * all come when that of our own node, which we write afterwards, has come. So many of those are
   * still to come: an offer can be taken before the event of the one before has come.
   */
  private final AtomicInteger ownEventsToCome = new AtomicInteger();

  NodeEvents(DeviceId id, XenStore store, Executor loop, Runnable look) {
    this.id = id;
    this.store = store;
    this.loop = loop;
    this.look = look;
  }

  /** Begins to hear. */
  void open() throws XenException {
    ownEventsToCome.set(0);
    watches.add(store.watch(id.frontendPath(), this::changed));
    watches.add(store.watch(id.backendPath(), this::changed));
  }

  /** Hears no more. */
  void close() {
    watches.forEach(XenStore.Watch::close);
    watches.clear();
  }

  /**
   * To be called when an offer was read and is taken, before {@link DeviceNodes#sayConnected}:
   * events up to that one are of what is known.
   */
  void offerTaken() {
    ownEventsToCome.incrementAndGet();
  }

  /** To be called after {@link #offerTaken} if our own node was not written: no event will come. */
  void ownNodeNotWritten() {
    ownEventCame();
  }

  /**
   * Whether the frontend wrote its port since this was asked last, or since what was taken then.
   */
  boolean isOfferRewritten() {
    return ownEventsToCome.get() == 0 && portWritten.getAndSet(false);
  }

  private void ownEventCame() {
    ownEventsToCome.updateAndGet(count -> Math.max(0, count - 1));
  }

  private void changed(String path) {
    if (path.equals(id.frontendPath() + "/" + PORT)) {
      portWritten.set(true);
    } else if (path.equals(id.backendPath() + DeviceNodes.CONNECTION)) {
      portWritten.set(false);
      ownEventCame();
    }
    if (lookPosted.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            lookPosted.set(false);
            look.run();
          });
    }
  }
}
