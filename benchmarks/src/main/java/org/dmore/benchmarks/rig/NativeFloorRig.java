package org.dmore.benchmarks.rig;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * What no server in a JVM can be faster than: the same client, and a process in C that waits by
 * epoll, reads the key and wakes a second thread, which counts in memory that the client shares.
 */
public final class NativeFloorRig implements TripRig {
  private static final long END_SECONDS = 5;

  private final Process process;
  private final KeyClient client;
  private final SharedArrivals keys;

  /** Builds it; returns when a key can be sent. */
  public NativeFloorRig() throws IOException, InterruptedException {
    try (FloorProgram floor = new FloorProgram()) {
      Path page = floor.newPage(SharedArrivals.LENGTH);
      Process started = null;
      try (FileChannel file =
          FileChannel.open(page, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer shared = file.map(FileChannel.MapMode.READ_WRITE, 0, SharedArrivals.LENGTH);
        started =
            new ProcessBuilder(floor.program().toString(), page.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        InputStream said = started.getInputStream();
        InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), readPort(said));
        client = KeyClient.connect(address);
        keys = new SharedArrivals(shared, said);
        process = started;
      } catch (IOException | RuntimeException e) {
        if (started != null) {
          started.destroyForcibly();
        }
        throw e;
      } finally {
        Files.deleteIfExists(page);
      }
    }
  }

  /** The client's end. */
  @Override
  public KeyClient client() {
    return client;
  }

  /** The process's end: counts keys. */
  @Override
  public KeyCount keys() {
    return keys;
  }

  /** The process, for tests. */
  Process process() {
    return process;
  }

  /** Hangs up, with which the process ends. */
  @Override
  public void close() throws IOException {
    try {
      client.close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the floor's process went on after its connection had ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  private static int readPort(InputStream in) throws IOException {
    int port = 0;
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the floor's process ended before it listened");
      }
      port = 10 * port + octet - '0';
    }
    return port;
  }
}
