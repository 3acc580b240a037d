package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmore.benchmarks.peers.Workshop;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.benchmarks.report.ResultFile;

/**
 * How long consoled takes from the start of its JVM until a viewer has its first twelve bytes, the
 * protocol's version: {@link ConsoleStart} on DomR's own Java runtime, jars and JVM options.
 */
public final class StartCost {
  private final DomRRuntime runtime;

  /** What one start took. */
  private record Start(double millis, double residentBytes) {}

  /** Prepares. */
  public StartCost(DomRRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Starts it again and again, with each archive in turn, once more than is counted.
   *
   * @param runs starts with each archive
   * @return a row for each archive
   */
  public List<ResultFile.Row> measure(int runs) throws IOException, InterruptedException {
    return measure(runs, EnumSet.allOf(Archive.class));
  }

  /** The same with some archives alone. */
  List<ResultFile.Row> measure(int runs, Set<Archive> archives)
      throws IOException, InterruptedException {
    runtime.makeJdkArchive();
    List<ResultFile.Row> rows = new ArrayList<>();
    Turns.measure(archives, runs, this::start)
        .forEach((archive, all) -> rows.add(row(archive, all)));
    return rows;
  }

  private Start start(Archive archive) throws IOException, InterruptedException {
    int port = Workshop.freePort();
    long begin = System.nanoTime();
    try (ChildJvm child = runtime.start(archive, List.of(port))) {
      double millis = (System.nanoTime() - begin) / 1e6;
      return new Start(millis, child.resident());
    }
  }

  private static ResultFile.Row row(Archive archive, List<Start> starts) {
    double[] millis = starts.stream().mapToDouble(Start::millis).sorted().toArray();
    double[] resident = starts.stream().mapToDouble(Start::residentBytes).sorted().toArray();
    return ResultFile.Row.of(
        archive.title(),
        "start",
        Map.of(
            "start_ms", millis[NearestRank.index(starts.size(), 50)],
            "start_min_ms", millis[0],
            "start_max_ms", millis[millis.length - 1],
            "resident_bytes", resident[NearestRank.index(starts.size(), 50)],
            "runs", (double) starts.size()));
  }
}
