package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.peers.Workshop;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.rig.SessionClient;

/**
 * What a guest's console takes beside others in one JVM, each with a viewer that has its picture:
 * {@link ConsoleStart} on DomR's own Java runtime, jars, JVM options and class archive. The rooms
 * around the consoles are counted, their guests' memory is not.
 */
public final class ConsolesCost {
  private static final String SUBJECT = "dmore";

  /** DomR's own 24 MiB are for one console; a JVM with more takes what it needs. */
  private static final String HEAP = "-Xmx96m";

  private final DomRRuntime runtime;
  private final Archive archive;

  /** What one JVM took. */
  private record Taken(double millis, double residentBytes) {}

  /** Prepares. */
  public ConsolesCost(DomRRuntime runtime) {
    this(runtime, Archive.DOM_R);
  }

  ConsolesCost(DomRRuntime runtime, Archive archive) {
    this.runtime = runtime;
    this.archive = archive;
  }

  /**
   * Starts JVMs with some numbers of consoles, in turn, once more than is counted.
   *
   * @param counts consoles in a JVM
   * @param runs JVMs of each
   * @return a row for each number
   */
  public List<ResultFile.Row> measure(List<Integer> counts, int runs)
      throws IOException, InterruptedException {
    List<ResultFile.Row> rows = new ArrayList<>();
    Turns.measure(counts, runs, this::take).forEach((count, taken) -> rows.add(row(count, taken)));
    return rows;
  }

  private Taken take(int count) throws IOException, InterruptedException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(Workshop.freePort());
    }
    List<SessionClient> viewers = new ArrayList<>();
    long begin = System.nanoTime();
    try (ChildJvm child = runtime.start(archive, ports, HEAP)) {
      try {
        for (int port : ports) {
          viewers.add(showing(port));
        }
      } catch (IOException e) {
        throw new IOException("consoles=" + count + ": " + e.getMessage() + ": " + child.said(), e);
      }
      return new Taken((System.nanoTime() - begin) / 1e6, child.ownResident());
    } finally {
      for (SessionClient viewer : viewers) {
        viewer.socket().close();
      }
    }
  }

  /** A viewer that has its first picture. */
  private static SessionClient showing(int port) throws IOException {
    SessionClient viewer =
        new SessionClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    viewer.request();
    viewer.readUpdate();
    return viewer;
  }

  private static ResultFile.Row row(int count, List<Taken> taken) {
    return ResultFile.Row.of(
        SUBJECT,
        count + " consoles in a JVM",
        Map.of(
            "consoles",
            (double) count,
            "first_pictures_ms",
            NearestRank.of(taken.stream().map(Taken::millis).toList(), 50),
            "resident_bytes",
            NearestRank.of(taken.stream().map(Taken::residentBytes).toList(), 50),
            "runs",
            (double) taken.size()));
  }
}
