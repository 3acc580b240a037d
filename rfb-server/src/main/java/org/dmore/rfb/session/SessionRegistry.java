package org.dmore.rfb.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sessions of a server, bounded in number. Thread-safe. */
public final class SessionRegistry {
  private final int maxSessions;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private long lastId;

  public SessionRegistry(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  /** A number for a connection. */
  synchronized long nextId() {
    return ++lastId;
  }

  /** Returns false if there are as many as may be. */
  synchronized boolean add(Session session) {
    if (sessions.size() >= maxSessions) {
      return false;
    }
    sessions.put(session.id(), session);
    return true;
  }

  synchronized void remove(Session session) {
    sessions.remove(session.id());
    notifyAll();
  }

  /** All sessions now, in the order in which they came. */
  public synchronized List<Session> sessions() {
    return new ArrayList<>(sessions.values());
  }

  /** Waits until the last session is gone. */
  public synchronized void awaitEmpty() {
    boolean interrupted = false;
    while (!sessions.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
