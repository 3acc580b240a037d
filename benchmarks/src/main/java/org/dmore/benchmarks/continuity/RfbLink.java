package org.dmore.benchmarks.continuity;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client's connection to an RFB server, past the handshake: asks for no picture, and notices at
 * once when the server ends it. Thread-safe; each message is sent whole.
 */
final class RfbLink implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int HANDSHAKE_MILLIS = 10_000;

  private final Socket socket;
  private final OutputStream out;
  private final byte[] serverInit;
  private volatile boolean ended;

  private RfbLink(Socket socket, DataInputStream in) throws IOException {
    this.socket = socket;
    out = socket.getOutputStream();
    serverInit = RfbHandshake.asClient(in, out);
  }

  /**
   * Connects.
   *
   * @param onEnd called once, on a thread of the connection's own, when it has ended, whoever ended
   *     it
   */
  static RfbLink connect(InetSocketAddress server, Consumer<RfbLink> onEnd) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(server, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      RfbLink link = new RfbLink(socket, in);
      socket.setSoTimeout(0);
      Thread reader = new Thread(() -> link.read(in, onEnd), "rfb-link");
      reader.setDaemon(true);
      reader.start();
      return link;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Connects as soon as there is a server.
   *
   * @param server where it is; asked before each attempt
   * @return empty if there is none in time
   */
  static Optional<RfbLink> connectSoon(
      Supplier<InetSocketAddress> server, Consumer<RfbLink> onEnd, long millis)
      throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    do {
      try {
        return Optional.of(connect(server.get(), onEnd));
      } catch (IOException e) {
        Thread.sleep(1); // not there yet, or just gone
      }
    } while (System.nanoTime() < deadline);
    return Optional.empty();
  }

  /** The server's ServerInit. */
  byte[] serverInit() {
    return serverInit.clone();
  }

  /** Sends a message. */
  void send(byte[] message) throws IOException {
    synchronized (out) {
      out.write(message);
    }
  }

  /** Whether the connection is known to have ended. */
  boolean hasEnded() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Passes over what the server says; a server that is asked for nothing says next to nothing. */
  private void read(DataInputStream in, Consumer<RfbLink> onEnd) {
    byte[] chunk = new byte[4096];
    try (socket) {
      int count;
      do {
        count = in.read(chunk);
      } while (count >= 0);
    } catch (IOException e) {
      // It has ended all the same.
    }
    ended = true;
    onEnd.accept(this);
  }
}
