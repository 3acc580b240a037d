package org.dmore.benchmarks.rig;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * RFB clients that follow a screen: each asks for the next update as soon as it has read the one
 * before. One thread reads for all and looks at nothing within a rectangle.
 */
final class Watchers implements AutoCloseable {
  private final List<SessionClient> clients = new ArrayList<>();
  private final AtomicLongArray updates;
  private final Selector selector;
  private final Thread thread;
  private volatile boolean ended;
  private volatile IOException failure;

  Watchers(InetSocketAddress server, int count) throws IOException {
    updates = new AtomicLongArray(count);
    selector = Selector.open();
    thread = new Thread(this::run, "watchers");
    thread.setDaemon(true);
    try {
      for (int i = 0; i < count; i++) {
        SessionClient client = new SessionClient(server);
        clients.add(client);
        client.request();
        client.socket().configureBlocking(false);
        client.socket().register(selector, SelectionKey.OP_READ, i);
      }
    } catch (IOException | RuntimeException e) {
      hangUp();
      throw e;
    }
    thread.start();
  }

  /** Updates that each client has received so far. */
  long[] received() {
    long[] counts = new long[updates.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = updates.get(i);
    }
    return counts;
  }

  /** Why they stopped reading, if they did. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  private void run() {
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 16);
    try {
      while (!ended) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          take((int) key.attachment(), chunk);
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException io ? io : new IOException(e);
    }
  }

  private void take(int number, ByteBuffer chunk) throws IOException {
    SessionClient client = clients.get(number);
    if (client.socket().read(chunk.clear()) < 0) {
      throw new EOFException("the server closed a session; its log says why");
    }
    int ready = client.receive(chunk.flip());
    if (ready > 0) {
      updates.addAndGet(number, ready);
      client.request();
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    hangUp();
  }

  private void hangUp() throws IOException {
    for (SessionClient client : clients) {
      client.socket().close();
    }
    selector.close();
  }
}
