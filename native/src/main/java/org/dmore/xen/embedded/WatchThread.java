package org.dmore.xen.embedded;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a connection's watch listeners, one event at a time, and stands still with its domain. An
 * event that already waits is not queued again.
 */
final class WatchThread {
  private static final Logger LOG = LoggerFactory.getLogger(WatchThread.class);

  private final String name;
  private final Standstill standstill;
  private final Set<Event> queue = new LinkedHashSet<>();
  private Standstill.Loop loop;
  private boolean looked;
  private boolean stopped;

  record Event(EmbeddedXenStore.Registration watch, String path) {}

  WatchThread(String name, Standstill standstill) {
    this.name = name;
    this.standstill = standstill;
  }

  synchronized void enqueue(Event event) {
    if (stopped) {
      return;
    }
    if (loop == null) {
      loop = standstill.add(name, Standstill.Order.WATCH_THREADS, this::lookAround);
      Thread thread = new Thread(this::run, name);
      thread.setDaemon(true);
      thread.start();
    }
    queue.add(event);
    notifyAll();
  }

  /** Forgets what waits. */
  synchronized void clear() {
    queue.clear();
  }

  synchronized void stop() {
    stopped = true;
    queue.clear();
    notifyAll();
  }

  private synchronized void lookAround() {
    looked = true;
    notifyAll();
  }

  private void run() {
    while (true) {
      loop.checkpoint();
      Event event = next();
      if (event != null) {
        deliver(event);
      } else if (isOver()) {
        loop.leave();
        return;
      }
    }
  }

  /** The next event; null to look around. Taken only while the domain is not frozen. */
  private synchronized Event next() {
    while (!stopped && !looked && queue.isEmpty() && !standstill.hasEnded()) {
      try {
        wait();
      } catch (InterruptedException e) {
        LOG.debug("interrupt ignored, thread={}", name);
      }
    }
    looked = false;
    if (queue.isEmpty() || standstill.isFrozen() || standstill.hasEnded()) {
      return null;
    }
    Iterator<Event> first = queue.iterator();
    Event event = first.next();
    first.remove();
    return event;
  }

  private synchronized boolean isOver() {
    return stopped || standstill.hasEnded();
  }

  private static void deliver(Event event) {
    if (event.watch().isOpen()) {
      try {
        event.watch().listener().changed(event.path());
      } catch (RuntimeException | Error e) {
        if (event.watch().isOpen()) {
          LOG.error("watch listener failed, path={}", event.path(), e);
        } else { // closed meanwhile: whom it told, a loop say, may have ended with it
          LOG.debug("watch was closed while its listener ran, path={}", event.path(), e);
        }
      }
    }
  }
}
