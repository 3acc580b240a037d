package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.benchmarks.report.ResultFile;

/**
 * What a console costs on real Xen: how long DomR takes from {@code xl create} to its port and to
 * the guest's first pixel, and its memory. Times are the emulator's: the guest's own boot, beside
 * it, is what to read them against.
 */
public final class CostScenario implements Scenario {
  private static final String SITUATION = "boot, an emulated host";
  private static final int RUNS = 3;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

  @Override
  public String name() {
    return "cost";
  }

  @Override
  public String description() {
    return "how long DomR takes to its port and to the guest's first pixel, and its memory";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    for (int i = 1; i <= RUNS; i++) {
      report.step("starting a guest and its DomR, run " + i + " of " + RUNS);
      measure(lab, report)
          .forEach(
              (name, value) -> figures.computeIfAbsent(name, k -> new ArrayList<>()).add(value));
    }
    lab.pair().stop();
    Map<String, Double> medians = new LinkedHashMap<>();
    figures.forEach((name, values) -> medians.put(name, NearestRank.of(values, 50)));
    medians.put("runs", (double) RUNS);
    report.note("medians", medians);
    LabResult.keep(
        name(), Map.of(), List.of(ResultFile.Row.of("DomR", SITUATION, medians)), lab, report);
  }

  private static Map<String, Double> measure(Lab lab, ScenarioReport report)
      throws IOException, InterruptedException {
    Dom0 host = lab.host(1);
    lab.pair().stop();
    PairUnderTest pair = PairUnderTest.of(lab, report);
    long mark = pair.mark();
    Dom0Job attach = lab.pair().attach(host);
    int unusedDomU = lab.domu().createPaused(host);
    long begin = System.nanoTime();
    int unusedDomR = lab.domr().create(host);
    Map<String, Double> figures = new LinkedHashMap<>();
    lab.pair().awaitConsoled(host);
    figures.put("port_s", since(begin));
    lab.pair().awaitServed(host, attach);
    long guest = System.nanoTime();
    lab.domu().unpause(host);
    try (RfbViewer viewer = pair.connect()) {
      boolean ink = viewer.await(Duration.ofMinutes(3), v -> v.picture().ink() > 0);
      report.check("the guest's first pixel", true, ink);
      figures.put("first_pixel_s", since(begin));
      figures.put("guest_unpaused_to_first_pixel_s", since(guest));
      pair.awaitGuest(mark);
      figures.put("guest_boot_s", since(guest));
    }
    memory(pair.shell(), figures, report);
    return figures;
  }

  /** What DomR and consoled take of it now. */
  static void memory(DomRShell shell, Map<String, Double> figures, ScenarioReport report)
      throws IOException, InterruptedException {
    String said =
        String.join(
            "\n",
            shell.run("cat /proc/$(pidof java)/status /proc/meminfo", PairUnderTest.SOON).lines());
    double total = kib(TOTAL, said);
    figures.put("memory_bytes", 1024 * total);
    figures.put("used_bytes", 1024 * (total - kib(AVAILABLE, said)));
    figures.put("consoled_resident_bytes", 1024 * kib(RESIDENT, said));
    report.check("DomR's memory is told", total > 0, "more than 0 kB", total);
  }

  private static double kib(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
