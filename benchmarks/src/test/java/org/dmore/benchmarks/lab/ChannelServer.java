package org.dmore.benchmarks.lab;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/** Serves dom0's own channel script on the loopback, as socat does in dom0. */
final class ChannelServer implements Closeable {
  private static final Path SCRIPT = Path.of("xen-lab/dom0/bin/channel").toAbsolutePath();

  private final ServerSocket server;
  private final Path folder;
  private final Thread acceptor;

  ChannelServer(Path folder) throws IOException {
    this.folder = folder;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    acceptor = start("accept", this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join(); // until it has left the call, the kernel may still give it a connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket socket = server.accept();
      ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString());
      builder.environment().put("TMPDIR", folder.toString());
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      Thread unusedIn = start("in", () -> copy(socket.getInputStream(), process.getOutputStream()));
      Thread unusedOut =
          start("out", () -> copy(process.getInputStream(), socket.getOutputStream()));
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    try (from;
        to) {
      byte[] buffer = new byte[65536];
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush();
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Thread start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The other side is gone.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
