package org.dmore.benchmarks.continuity;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a client's connection while the server behind it changes: has a connection of its own to
 * each server, one after the other, hands on what the client types, and keeps it from the moment
 * that a server is gone until the next one takes it. Serves one client, which types and asks for no
 * picture.
 */
public final class BufferingProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BufferingProxy.class);
  private static final int KEY_EVENT = 4;
  private static final int KEY_EVENT_LENGTH = 8;
  private static final long RECONNECT_MILLIS = 30_000;

  private final Supplier<InetSocketAddress> server;
  private final ServerSocket listener;
  private final List<byte[]> kept = new ArrayList<>();
  private Optional<Socket> client = Optional.empty();
  private Optional<RfbLink> backend = Optional.empty();
  private boolean closed;

  /**
   * Opens a port on loopback.
   *
   * @param server where the console is served now
   */
  public BufferingProxy(Supplier<InetSocketAddress> server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where the client connects. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Whether a server takes what the client types now; else it is kept. */
  synchronized boolean hasServer() {
    return backend.isPresent();
  }

  @Override
  public void close() throws IOException {
    Optional<RfbLink> lastBackend;
    Optional<Socket> lastClient;
    synchronized (this) {
      closed = true;
      lastBackend = backend;
      lastClient = client;
    }
    listener.close();
    if (lastClient.isPresent()) {
      lastClient.get().close();
    }
    if (lastBackend.isPresent()) {
      lastBackend.get().close();
    }
  }

  private void serve() {
    try (Socket accepted = listener.accept()) {
      accepted.setTcpNoDelay(true);
      synchronized (this) {
        client = Optional.of(accepted);
      }
      RfbLink first = RfbLink.connect(server.get(), this::backendEnded);
      take(first);
      DataInputStream in = new DataInputStream(new BufferedInputStream(accepted.getInputStream()));
      RfbHandshake.asServer(in, accepted.getOutputStream(), first.serverInit());
      while (true) {
        forward(nextMessage(in));
      }
    } catch (EOFException e) {
      LOG.debug("the proxy's client has gone");
    } catch (IOException e) {
      if (!isClosed()) {
        LOG.warn("the proxy's client is gone: {}", e.toString());
      }
    }
  }

  private static byte[] nextMessage(DataInputStream in) throws IOException {
    byte[] message = new byte[KEY_EVENT_LENGTH];
    message[0] = in.readByte();
    if (message[0] != KEY_EVENT) {
      throw new IOException("message-type=" + message[0] + " is not taken: only keys are");
    }
    in.readFully(message, 1, KEY_EVENT_LENGTH - 1);
    return message;
  }

  private synchronized void forward(byte[] message) {
    if (backend.isPresent()) {
      try {
        backend.get().send(message);
        return;
      } catch (IOException e) {
        backend = Optional.empty(); // it is gone, and has not taken this one
      }
    }
    kept.add(message);
  }

  /** Connects to the next server; on the thread of the connection that ended. */
  private void backendEnded(RfbLink ended) {
    synchronized (this) {
      backend = Optional.empty();
      if (closed) {
        return;
      }
    }
    try {
      RfbLink next =
          RfbLink.connectSoon(server, this::backendEnded, RECONNECT_MILLIS)
              .orElseThrow(() -> new IOException("no server takes the proxy any more"));
      take(next);
    } catch (IOException e) {
      LOG.warn("the proxy gives up: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hands what was kept to a new server, and from now on whatever comes. */
  private synchronized void take(RfbLink next) throws IOException {
    if (closed || next.hasEnded()) {
      next.close();
      return;
    }
    int handedOn = 0;
    try {
      while (handedOn < kept.size()) {
        next.send(kept.get(handedOn));
        handedOn++;
      }
      backend = Optional.of(next);
    } finally {
      kept.subList(0, handedOn).clear();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }
}
