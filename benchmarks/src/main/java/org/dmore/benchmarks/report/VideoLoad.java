package org.dmore.benchmarks.report;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.benchmarks.rig.WatchedRig.Video;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A JMH profiler that passes on what a benchmark says went on beside it: JMH asks profilers before
 * the rig is built and after it is gone, so that they cannot look themselves.
 */
public final class VideoLoad implements InternalProfiler {
  static final String UPDATES = "video.updates";
  static final String CPU_LEFT = "video.cpuLeft";

  private static final AtomicReference<Video> LAST = new AtomicReference<>();

  /** Takes what went on in the iteration that ends. */
  public static void tell(Video video) {
    LAST.set(video);
  }

  @Override
  public String getDescription() {
    return "video that clients received, and processor time that was left";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    LAST.set(null);
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    Video video = LAST.getAndSet(null);
    return video == null
        ? List.of()
        : List.of(
            new ScalarResult(UPDATES, video.updates(), "1/s", AggregationPolicy.AVG),
            new ScalarResult(CPU_LEFT, video.cpuLeft(), "%", AggregationPolicy.AVG));
  }
}
