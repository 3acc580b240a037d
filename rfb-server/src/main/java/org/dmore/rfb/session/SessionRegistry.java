package org.dmore.rfb.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sessions of a server, bounded in number. Thread-safe.
 *
 * <p>Connections that never finish the handshake cost an attacker nothing, and enough of them would
 * keep everyone out. So where all places are taken, the one that has been in the handshake longest
 * gives way, if it had {@link #HANDSHAKE_GRACE} for it.
 */
public final class SessionRegistry {
  /**
   * Long enough to ask a user for a password where no one attacks; nothing is cut till it is full.
   */
  static final Duration HANDSHAKE_GRACE = Duration.ofSeconds(10);

  private final int maxSessions;
  private final Duration handshakeGrace;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final Set<Long> leaving = new HashSet<>();
  private long lastId;

  public SessionRegistry(int maxSessions) {
    this(maxSessions, HANDSHAKE_GRACE);
  }

  SessionRegistry(int maxSessions, Duration handshakeGrace) {
    this.maxSessions = maxSessions;
    this.handshakeGrace = handshakeGrace;
  }

  /** A number for a connection. */
  synchronized long nextId() {
    return ++lastId;
  }

  /** Returns false if there are as many as may be. */
  synchronized boolean add(Session session) {
    if (sessions.size() - leaving.size() >= maxSessions && !makeRoom()) {
      return false;
    }
    sessions.put(session.id(), session);
    return true;
  }

  private boolean makeRoom() {
    for (Session longest : sessions.values()) {
      if (longest.isInHandshakeFor(handshakeGrace) && leaving.add(longest.id())) {
        longest.disconnect(
            "maxConnections=" + maxSessions + " are reached and it had not finished the handshake");
        return true;
      }
    }
    return false;
  }

  synchronized void remove(Session session) {
    sessions.remove(session.id());
    leaving.remove(session.id());
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
