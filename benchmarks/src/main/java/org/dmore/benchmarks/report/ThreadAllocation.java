package org.dmore.benchmarks.report;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A JMH profiler that says which thread allocated: JMH's own knows the JVM's total alone, and the
 * guest, the client and the console share the JVM. Bytes an operation, in secondary results named
 * by {@link Role#result()}.
 *
 * <p>Threads that end within an iteration are left out; the rigs' threads do not.
 */
public final class ThreadAllocation implements InternalProfiler {

  /** What a thread does, told by its name. */
  public enum Role {
    /** JMH's thread: the client; for the bridge the console too. */
    BENCHMARK("jmh-worker"),
    /** The event loop of consoled, or of the floor's server. */
    LOOP("^(console|floor)-"),
    /** The thread that waits for guests' notifications. */
    PUMP("^event-pump$"),
    /** The guest's virtual CPU. */
    GUEST("^bench/vcpu"),
    /** Everything else: JMH's control, the JVM's own. */
    OTHER("");

    private final String pattern;

    Role(String pattern) {
      this.pattern = pattern;
    }

    /** The name of the secondary result. */
    public String result() {
      return "alloc." + name().toLowerCase(java.util.Locale.ROOT);
    }

    static Role of(String threadName) {
      return Stream.of(values())
          .filter(role -> Pattern.compile(role.pattern).matcher(threadName).find())
          .findFirst()
          .orElse(OTHER);
    }
  }

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private Map<Long, Long> before = Map.of();

  @Override
  public String getDescription() {
    return "bytes allocated, by the role of the thread";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = allocated(threads.getAllThreadIds());
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long[] ids = threads.getAllThreadIds();
    Map<Long, Long> after = allocated(ids);
    Map<Role, Long> bytes = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      bytes.put(role, 0L);
    }
    for (var info : threads.getThreadInfo(ids)) {
      if (info != null && after.containsKey(info.getThreadId())) {
        long grown = after.get(info.getThreadId()) - before.getOrDefault(info.getThreadId(), 0L);
        bytes.merge(Role.of(info.getThreadName()), grown, Long::sum);
      }
    }
    long operations = Math.max(1, result.getMetadata().getAllOps());
    return bytes.entrySet().stream()
        .map(
            entry ->
                new ScalarResult(
                    entry.getKey().result(),
                    (double) entry.getValue() / operations,
                    "B/op",
                    AggregationPolicy.AVG))
        .toList();
  }

  private Map<Long, Long> allocated(long[] ids) {
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    Map<Long, Long> result = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        result.put(ids[i], bytes[i]);
      }
    }
    return result;
  }
}
