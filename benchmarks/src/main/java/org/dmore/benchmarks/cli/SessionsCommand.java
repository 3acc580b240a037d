package org.dmore.benchmarks.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.SessionsReport;
import org.dmore.benchmarks.rig.SessionsRig;
import org.dmore.benchmarks.rig.SessionsRig.Activity;
import org.dmore.benchmarks.rig.SessionsRig.Memory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore bench sessions}. */
@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    description = {
      "What many RFB sessions on one server cost: memory, CPU, updates.",
      "",
      "Over the loopback, with the clients in the same JVM. A console of 800x600 scrolls; idle"
          + " sessions got its picture once, active ones follow it.",
      ""
    })
final class SessionsCommand implements Callable<Integer> {
  private static final int MAX_SESSIONS = 10_000;
  private static final int MAX_SECONDS = 600;

  /** Files besides a session's two sockets. */
  private static final int OTHER_FILES = 200;

  @Spec private CommandSpec spec;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Idle sessions: 1 to 10000; ${DEFAULT-VALUE} if not given.")
  private int idle;

  @Option(
      names = "--active",
      paramLabel = "N",
      defaultValue = "100",
      description = "Active sessions: 1 to 10000; ${DEFAULT-VALUE} if not given.")
  private int active;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each is measured: 1 to 600; ${DEFAULT-VALUE} if not given.")
  private int seconds;

  @Mixin private ResultOutput output;

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter err = spec.commandLine().getErr();
    Machine machine =
        Machine.here(
            spec.qualifiedName()
                + " --idle %d --active %d --seconds %d".formatted(idle, active, seconds));
    Duration time = Duration.ofSeconds(seconds);
    try (SessionsRig rig = new SessionsRig(idle + active + 1)) {
      err.println("sessions idle=" + idle + " active=" + active + ": about " + 3 * seconds + " s");
      // What every server takes once is not a session's.
      rig.connectIdle(1);
      Memory before = rig.memory();
      rig.connectIdle(idle);
      Memory withIdle = rig.memory();
      Activity resting = rig.idleFor(time);
      rig.connectActive(active);
      rig.scrollFor(time.dividedBy(2)); // until it is compiled
      Activity scrolling = rig.scrollFor(time);
      Memory withAll = rig.memory();
      SessionsReport report =
          new SessionsReport(idle, active, before, withIdle, withAll, resting, scrolling, machine);
      output.write(report.markdown(), report.result(), spec);
    }
    return 0;
  }

  private void check() {
    output.check(spec);
    List<String> problems = new ArrayList<>();
    require(problems, "--idle", idle, MAX_SESSIONS);
    require(problems, "--active", active, MAX_SESSIONS);
    require(problems, "--seconds", seconds, MAX_SECONDS);
    if (problems.isEmpty()
        && ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long needed = 2L * (idle + active) + OTHER_FILES;
      if (needed > unix.getMaxFileDescriptorCount()) {
        problems.add(
            "open-files="
                + unix.getMaxFileDescriptorCount()
                + " are too few, needed are "
                + needed
                + ": raise them by ulimit -n, or take fewer sessions");
      }
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("; ", problems));
    }
  }

  private static void require(List<String> problems, String option, int value, int max) {
    if (value < 1 || value > max) {
      problems.add(option + "=" + value + " is not in 1.." + max);
    }
  }
}
