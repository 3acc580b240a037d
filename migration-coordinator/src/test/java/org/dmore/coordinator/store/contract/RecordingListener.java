package org.dmore.coordinator.store.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.coordinator.store.StoreEvent;
import org.dmore.coordinator.store.WatchListener;

/** Keeps what a watch delivers. */
public final class RecordingListener implements WatchListener {
  private final List<Long> revisions = new CopyOnWriteArrayList<>();
  private final List<StoreEvent> events = new CopyOnWriteArrayList<>();
  private final List<String> losses = new CopyOnWriteArrayList<>();

  @Override
  public void changed(long revision, List<StoreEvent> changes) {
    revisions.add(revision);
    events.addAll(changes);
  }

  @Override
  public void lost(String why) {
    losses.add(why);
  }

  /** The revision of each call. */
  public List<Long> revisions() {
    return revisions;
  }

  public List<StoreEvent> events() {
    return events;
  }

  public List<String> losses() {
    return losses;
  }

  /** The events in short: {@code key=value} or {@code -key}. */
  public List<String> words() {
    return events.stream()
        .map(
            event ->
                event instanceof StoreEvent.Written written
                    ? written.key() + "=" + written.entry().value()
                    : "-" + event.key())
        .toList();
  }
}
