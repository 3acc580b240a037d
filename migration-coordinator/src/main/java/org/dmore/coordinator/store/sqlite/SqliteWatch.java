package org.dmore.coordinator.store.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmore.coordinator.store.StoreEvent;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.Watch;
import org.dmore.coordinator.store.WatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the history onwards, on a thread of its own. Nothing waits in memory for a slow listener:
 * it reads on when it is done.
 */
final class SqliteWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteWatch.class);

  /** Revisions that are read at a time. */
  private static final int BATCH = 64;

  private static final long RETRY_MILLIS = 200;

  /** How the tables are read. */
  @FunctionalInterface
  interface Reading {
    Batch read(SqliteStateStore.TableWork<Batch> work) throws StoreException;
  }

  /**
   * What one look finds.
   *
   * @param current the revision of the look
   * @param forgotten the last revision that is not whole any more
   * @param events the next changes
   */
  record Batch(long current, long forgotten, List<StoreEvent> events) {}

  private final String prefix;
  private final WatchListener listener;
  private final Reading reading;
  private final RevisionSignal signal;
  private final Consumer<SqliteWatch> onEnd;
  private final Thread thread;
  private long next;
  private volatile boolean closed;

  SqliteWatch(
      String prefix,
      long fromRevision,
      WatchListener listener,
      Reading reading,
      RevisionSignal signal,
      Consumer<SqliteWatch> onEnd) {
    this.prefix = prefix;
    this.next = fromRevision;
    this.listener = listener;
    this.reading = reading;
    this.signal = signal;
    this.onEnd = onEnd;
    this.thread = new Thread(this::run, "watch-" + prefix);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    onEnd.accept(this);
    signal.wake();
  }

  private void run() {
    try {
      while (!closed) {
        step();
      }
    } catch (InterruptedException e) {
      lose("its thread was interrupted");
    } catch (IllegalStateException e) {
      if (!closed) {
        lose("the store was closed");
      }
    }
  }

  private void step() throws InterruptedException {
    Batch batch;
    try {
      batch =
          reading.read(
              tables ->
                  new Batch(
                      tables.currentRevision(),
                      tables.forgottenRevision(),
                      tables.changes(prefix, next, BATCH)));
    } catch (StoreUnavailableException e) {
      LOG.warn("watch of prefix={}: {}", prefix, e.getMessage());
      signal.pause(RETRY_MILLIS, () -> closed);
      return;
    } catch (StoreException e) {
      lose(e.getMessage());
      return;
    }
    if (next <= batch.forgotten()) {
      lose("revision=%d is forgotten, as all up to %d are".formatted(next, batch.forgotten()));
    } else if (batch.events().isEmpty()) {
      next = Math.max(next, batch.current() + 1);
      signal.await(next, () -> closed);
    } else {
      deliver(batch.events());
    }
  }

  private void deliver(List<StoreEvent> events) {
    List<StoreEvent> together = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      StoreEvent event = events.get(i);
      together.add(event);
      boolean last = i + 1 == events.size() || events.get(i + 1).revision() != event.revision();
      if (last) {
        next = event.revision() + 1;
        call(event.revision(), List.copyOf(together));
        together.clear();
      }
    }
  }

  private void call(long revision, List<StoreEvent> events) {
    if (closed) {
      return;
    }
    try {
      listener.changed(revision, events);
    } catch (RuntimeException e) {
      LOG.error("watch of prefix={} revision={}: its listener failed", prefix, revision, e);
    }
  }

  private void lose(String why) {
    if (closed) {
      return;
    }
    closed = true;
    onEnd.accept(this);
    listener.lost(why);
  }
}
