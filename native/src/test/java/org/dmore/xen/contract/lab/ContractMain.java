package org.dmore.xen.contract.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the ports' contracts in real domains, against {@code org.dmore.xen.lib}. {@code ./dmore lab
 * run contract} does all of this.
 *
 * <p>What it needs: a host with three domains besides dom0, and a folder with this jar and what it
 * depends on ({@code benchmarks/target/contract-lib}).
 *
 * <ol>
 *   <li>A <em>puppet</em>: any PVH guest of 64 MiB or more, created paused ({@code xl create -p})
 *       and never unpaused. Its memory and grant table are played with.
 *   <li>A <em>peer</em>: an unprivileged PVH domain with the modules xen-evtchn and xen-gntdev and
 *       a network interface, in which {@code ContractAgent 7000} runs.
 *   <li>dom0, in which {@code ContractAgent 7000 PUPPET-DOMID} runs.
 *   <li>The domain under test: as the peer. Here runs {@code java -cp 'DIR/*'
 *       -Dcontract.peer=HOST:7000 -Dcontract.dom0=HOST:7000 org.dmore.xen.contract.lab.ContractMain
 *       domain}: the contracts of event channels, grants and xenstore.
 *   <li>In dom0: {@code java -cp 'DIR/*' -Dcontract.puppet=PUPPET-DOMID
 *       org.dmore.xen.contract.lab.ContractMain dom0}: the contract of foreign memory.
 * </ol>
 *
 * <p>On an emulated host {@code -XX:TieredStopAtLevel=1} and an archive of the classes that {@link
 * Rehearsal} loads make it start sooner; it takes some minutes there.
 *
 * <p>The last argument may be the name of one test method. The Java runtime needs the modules
 * java.management, jdk.management, java.naming, java.xml and jdk.unsupported besides java.base.
 * Prints a line for each test, a class's counts when it is done, and at the end {@code contract: N
 * passed, N failed, N skipped}; each skipped test stands before it with its reason. The exit status
 * is 0 if none failed and some passed.
 */
public final class ContractMain {
  private static final Map<String, List<Class<?>>> PLACES =
      Map.of(
          "domain", List.of(RealEventChannels.class, RealGrantTable.class, RealXenStore.class),
          "dom0", List.of(RealForeignMemory.class));

  private ContractMain() {}

  /** Runs them. */
  public static void main(String[] arguments) {
    List<Class<?>> classes = arguments.length == 0 ? null : PLACES.get(arguments[0]);
    if (classes == null) {
      System.err.println("usage: ContractMain domain|dom0 [TEST]: see its documentation");
      System.exit(2);
    }
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    Report report = new Report(System.out);
    LauncherFactory.create().execute(request(classes, arguments), report);
    System.exit(report.finish() ? 0 : 1);
  }

  private static LauncherDiscoveryRequest request(List<Class<?>> classes, String[] arguments) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter(
                "junit.jupiter.execution.timeout.testable.method.default", "10 m");
    for (Class<?> type : classes) {
      ClassSelector selector = DiscoverySelectors.selectClass(type);
      if (arguments.length < 2) {
        request.selectors(selector);
      } else {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
          for (var method : at.getDeclaredMethods()) {
            if (method.getName().equals(arguments[1]) && method.getParameterCount() == 0) {
              request.selectors(DiscoverySelectors.selectMethod(type, method));
            }
          }
        }
      }
    }
    return request.build();
  }

  /** Prints what becomes of each test. */
  private static final class Report implements TestExecutionListener {
    private final PrintStream out;
    private final List<String> failed = new ArrayList<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private int passed;
    private Counts done = new Counts(0, 0, 0);
    private TestPlan plan;
    private long start;

    Report(PrintStream out) {
      this.out = out;
    }

    private record Counts(int passed, int failed, int skipped) {
      Counts minus(Counts before) {
        return new Counts(passed - before.passed, failed - before.failed, skipped - before.skipped);
      }
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
      plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      start = System.nanoTime();
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skip(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Throwable cause = result.getThrowable().orElse(null);
      if (!test.isTest()) {
        if (cause != null) {
          fail(test, cause);
        }
        test.getSource().ifPresent(source -> done(test));
        return;
      }
      switch (result.getStatus()) {
        case SUCCESSFUL -> {
          passed++;
          out.println("pass " + test.getDisplayName() + " " + millis() + " ms");
        }
        case ABORTED -> skip(test, String.valueOf(cause.getMessage()));
        case FAILED -> fail(test, cause);
      }
    }

    /** A class has {@code tests}, of which each must have come to an end. */
    private void done(TestIdentifier type) {
      Counts all = new Counts(passed, failed.size(), skipped.size());
      Counts own = all.minus(done);
      done = all;
      out.printf(
          "done %s tests=%d passed=%d failed=%d skipped=%d%n",
          type.getDisplayName(),
          plan.getDescendants(type).stream().filter(TestIdentifier::isTest).count(),
          own.passed,
          own.failed,
          own.skipped);
    }

    private void skip(TestIdentifier test, String reason) {
      skipped.put(test.getDisplayName(), reason);
      out.println("skip " + test.getDisplayName() + ": " + reason);
    }

    private void fail(TestIdentifier test, Throwable cause) {
      failed.add(test.getDisplayName());
      out.println("FAIL " + test.getDisplayName() + " " + millis() + " ms");
      cause.printStackTrace(out);
    }

    private long millis() {
      return (System.nanoTime() - start) / 1_000_000;
    }

    boolean finish() {
      skipped.forEach((test, reason) -> out.println("skipped: " + test + ": " + reason));
      failed.forEach(test -> out.println("failed: " + test));
      out.println(
          "contract: "
              + passed
              + " passed, "
              + failed.size()
              + " failed, "
              + skipped.size()
              + " skipped");
      return failed.isEmpty() && passed > 0;
    }
  }
}
