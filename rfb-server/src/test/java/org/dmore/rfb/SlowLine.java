package org.dmore.rfb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * A line to a server with a slow bottleneck and, before it, a buffer without end: what a home's
 * router does to a download. Takes one connection.
 */
final class SlowLine implements AutoCloseable {
  private final ServerSocket listener;
  private final int port;
  private final long bytesPerSecond;
  private final Deque<byte[]> buffer = new ArrayDeque<>();
  private Socket client = new Socket();
  private Socket server = new Socket();
  private long waiting;
  private long mostWaiting;

  private SlowLine(int port, long bytesPerSecond) throws IOException {
    this.port = port;
    this.bytesPerSecond = bytesPerSecond;
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  static SlowLine to(int port, long bytesPerSecond) throws IOException {
    SlowLine line = new SlowLine(port, bytesPerSecond);
    start(line::connect);
    return line;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The most bytes that have waited in the buffer. */
  synchronized long mostWaiting() {
    return mostWaiting;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // the line is cut
              }
            },
            "slow-line");
    thread.setDaemon(true);
    thread.start();
  }

  private void connect() throws IOException {
    Socket accepted = listener.accept();
    accepted.setTcpNoDelay(true);
    Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
    connected.setTcpNoDelay(true);
    synchronized (this) {
      client = accepted;
      server = connected;
    }
    start(() -> accepted.getInputStream().transferTo(connected.getOutputStream()));
    start(() -> fill(connected.getInputStream()));
    drain(accepted.getOutputStream());
  }

  private void fill(InputStream from) throws IOException {
    byte[] chunk = new byte[1 << 16];
    int count;
    while ((count = from.read(chunk)) > 0) {
      synchronized (this) {
        buffer.add(Arrays.copyOf(chunk, count));
        waiting += count;
        mostWaiting = Math.max(mostWaiting, waiting);
        notifyAll();
      }
    }
  }

  /** Each piece arrives when its last byte has gone through the bottleneck. */
  private void drain(OutputStream to) throws IOException {
    while (true) {
      byte[] piece;
      synchronized (this) {
        while (buffer.isEmpty()) {
          try {
            wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        piece = buffer.poll();
      }
      for (int at = 0; at < piece.length; at += 4096) {
        int count = Math.min(4096, piece.length - at);
        LockSupport.parkNanos(count * 1_000_000_000L / bytesPerSecond);
        to.write(piece, at, count);
        synchronized (this) {
          waiting -= count;
        }
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    listener.close();
    client.close();
    server.close();
  }
}
