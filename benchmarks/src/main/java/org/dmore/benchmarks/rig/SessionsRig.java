package org.dmore.benchmarks.rig;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.Sharing;
import org.dmore.rfb.security.NoAuthentication;

/**
 * A server with many sessions over the loopback, and their clients, in this JVM. The idle ones have
 * got the picture once and ask for no more; the active ones ask for update after update, while
 * lines are written to a console.
 */
public final class SessionsRig implements AutoCloseable {
  /** Lines a second. */
  public static final int LINES = 20;

  private static final String SERVER_THREADS = "rfb";

  private final ScrollingDesktop desktop = new ScrollingDesktop();
  private final RfbServer server;
  private final InetSocketAddress address;
  private final List<SessionClient> clients = new ArrayList<>();
  private final List<SessionClient> active = new ArrayList<>();

  /**
   * What the JVM holds.
   *
   * @param heap bytes after a collection
   * @param buffers bytes that Netty's allocator has given out
   * @param resident kilobytes of the process
   */
  public record Memory(long heap, long buffers, long resident) {}

  /**
   * What went on in some time.
   *
   * @param seconds how long it was
   * @param cpu seconds that the server's threads ran
   * @param lines written to the console
   * @param updates that clients received
   * @param bytes that the server sent
   * @param delays nanoseconds from a line's being written to each client's update, sorted
   */
  public record Activity(
      double seconds, double cpu, long lines, long updates, long bytes, List<Long> delays) {

    /** The delay that so many of a hundred do not exceed, in microseconds. */
    public double delayMicros(double percentile) {
      if (delays.isEmpty()) {
        return Double.NaN;
      }
      return delays.get(NearestRank.index(delays.size(), percentile)) / 1e3;
    }
  }

  /** Starts the server; room for that many sessions. */
  public SessionsRig(int sessions) throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .security(new NoAuthentication())
            .sharing(Sharing.ALWAYS_SHARED)
            .limits(RfbLimits.builder().maxConnections(sessions).build())
            .build();
    address = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Adds sessions that get the picture once. */
  public void connectIdle(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SessionClient client = connect();
      client.request();
      client.readUpdate();
    }
  }

  /** Adds sessions that will ask all the time. */
  public void connectActive(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      active.add(connect());
    }
  }

  private SessionClient connect() throws IOException {
    SessionClient client = new SessionClient(address);
    clients.add(client);
    return client;
  }

  /** Looks at the memory, after a collection. */
  public Memory memory() throws IOException {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    String[] statm = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
    return new Memory(
        memory.getHeapMemoryUsage().getUsed(),
        PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()
            + PooledByteBufAllocator.DEFAULT.pinnedHeapMemory(),
        Long.parseLong(statm[1]) * 4);
  }

  /** Lets time pass in which nothing is done. */
  public Activity idleFor(Duration time) {
    Map<Long, Long> cpu = cpuTimes();
    long begin = System.nanoTime();
    LockSupport.parkNanos(time.toNanos());
    return new Activity(secondsSince(begin), cpuSecondsSince(cpu), 0, 0, 0, List.of());
  }

  /** Writes lines to the console while the active clients ask for what changes. */
  public Activity scrollFor(Duration time) throws IOException {
    Map<Long, Long> cpu = cpuTimes();
    long bytes = bytesSent();
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    Stopwatch watch = new Stopwatch();
    CompletableFuture<Long> writer = CompletableFuture.supplyAsync(() -> write(watch, begin, end));
    Arrivals arrivals = listen(watch, end + TimeUnit.MILLISECONDS.toNanos(200));
    long lines = writer.join();
    long[] delays = Arrays.copyOf(arrivals.delays, arrivals.count);
    Arrays.sort(delays);
    return new Activity(
        secondsSince(begin),
        cpuSecondsSince(cpu),
        lines,
        arrivals.count,
        bytesSent() - bytes,
        Arrays.stream(delays).boxed().toList());
  }

  private static final class Stopwatch {
    private volatile long written = System.nanoTime();
  }

  private static final class Arrivals {
    private long[] delays = new long[1 << 16];
    private int count;

    void add(long delay) {
      if (count == delays.length) {
        delays = Arrays.copyOf(delays, 2 * count);
      }
      delays[count++] = delay;
    }
  }

  private long write(Stopwatch watch, long begin, long end) {
    long lines = 0;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(
          begin + lines * TimeUnit.SECONDS.toNanos(1) / LINES - System.nanoTime());
      watch.written = System.nanoTime();
      desktop.writeLine();
      lines++;
    }
    return lines;
  }

  private Arrivals listen(Stopwatch watch, long end) throws IOException {
    Arrivals arrivals = new Arrivals();
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 16);
    try (Selector selector = Selector.open()) {
      for (SessionClient client : active) {
        client.request();
        client.socket().configureBlocking(false);
        client.socket().register(selector, SelectionKey.OP_READ, client);
      }
      long left;
      while ((left = end - System.nanoTime()) > 0) {
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        for (SelectionKey key : selector.selectedKeys()) {
          take((SessionClient) key.attachment(), chunk, watch, arrivals);
        }
        selector.selectedKeys().clear();
      }
    }
    for (SessionClient client : active) {
      client.socket().configureBlocking(true);
    }
    return arrivals;
  }

  private static void take(
      SessionClient client, ByteBuffer chunk, Stopwatch watch, Arrivals arrivals)
      throws IOException {
    if (client.socket().read(chunk.clear()) < 0) {
      throw new IOException("the server closed a session; its log says why");
    }
    if (client.receive(chunk.flip()) > 0) {
      arrivals.add(System.nanoTime() - watch.written);
      client.request();
    }
  }

  private long bytesSent() {
    return server.clients().stream().mapToLong(ClientInfo::bytesSent).sum();
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** What each of the server's threads has run, in nanoseconds. */
  private static Map<Long, Long> cpuTimes() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> times = new HashMap<>();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(SERVER_THREADS)) {
        times.put(
            thread.getThreadId(), Math.max(0, threads.getThreadCpuTime(thread.getThreadId())));
      }
    }
    return times;
  }

  /** An encoder's thread that ended meanwhile has done nothing for 10 s and is left out. */
  private static double cpuSecondsSince(Map<Long, Long> before) {
    long nanos = 0;
    for (Map.Entry<Long, Long> thread : cpuTimes().entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return nanos / 1e9;
  }

  @Override
  public void close() throws IOException {
    for (SessionClient client : clients) {
      client.socket().close();
    }
    server.close();
  }
}
