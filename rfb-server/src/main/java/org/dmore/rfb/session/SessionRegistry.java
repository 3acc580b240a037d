package org.dmore.rfb.session;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The sessions of a server, bounded in number. Thread-safe.
 *
 * <p>Connections that never finish the handshake cost an attacker nothing, and enough of them would
 * keep everyone out. So where all places are taken, the one that has been in the handshake longest
 * gives way, if it had {@link #HANDSHAKE_GRACE} for it.
 *
 * <p>A client that has left while its input was paused is kept, since what it typed must not be
 * lost, but does not count: a guest that hangs would else lock everyone out as soon as enough of
 * them had tried. Of those that have left as many are kept as may be connected; then the one that
 * left first is forgotten, and what it typed with it.
 */
public final class SessionRegistry {
  /**
   * Long enough to ask a user for a password where no one attacks; nothing is cut till it is full.
   */
  static final Duration HANDSHAKE_GRACE = Duration.ofSeconds(10);

  private final int maxSessions;
  private final int maxPerAddress;
  private final Duration handshakeGrace;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final Set<Long> leaving = new LinkedHashSet<>();
  private long lastId;

  /**
   * Makes an empty registry.
   *
   * @param maxSessions clients at a time
   * @param maxPerAddress of these, those from one address
   */
  public SessionRegistry(int maxSessions, int maxPerAddress) {
    this(maxSessions, maxPerAddress, HANDSHAKE_GRACE);
  }

  SessionRegistry(int maxSessions, int maxPerAddress, Duration handshakeGrace) {
    this.maxSessions = maxSessions;
    this.maxPerAddress = maxPerAddress;
    this.handshakeGrace = handshakeGrace;
  }

  /** A number for a connection. */
  synchronized long nextId() {
    return ++lastId;
  }

  /** Returns false if there are as many as may be, at all or from its address. */
  synchronized boolean add(Session session) {
    if (maxPerAddress < maxSessions && countFrom(session.address()) >= maxPerAddress) {
      return false;
    }
    if (sessions.size() - leaving.size() >= maxSessions && !makeRoom()) {
      return false;
    }
    sessions.put(session.id(), session);
    return true;
  }

  /**
   * Lets a client onto the desktop.
   *
   * @param enters makes it one that {@link Session#isRunning}
   * @return the others that are there: of two that come at once, one sees the other
   */
  synchronized List<Session> enter(Session session, Runnable enters) {
    enters.run();
    return sessions.values().stream()
        .filter(other -> other != session && other.isRunning())
        .toList();
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

  private int countFrom(SocketAddress address) {
    Object host = host(address);
    int count = 0;
    for (Session session : sessions.values()) {
      if (!leaving.contains(session.id()) && host.equals(host(session.address()))) {
        count++;
      }
    }
    return count;
  }

  private static Object host(SocketAddress address) {
    return address instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? inet.getAddress()
        : address;
  }

  /**
   * Its connection is closed; what it sent is still to be handed over.
   *
   * @return one that must be forgotten, since too many have left
   */
  synchronized Optional<Session> left(Session session) {
    leaving.add(session.id());
    return leaving.size() > maxSessions
        ? Optional.of(sessions.get(leaving.iterator().next()))
        : Optional.empty();
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
