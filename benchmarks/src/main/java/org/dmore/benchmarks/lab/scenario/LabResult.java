package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;

/** Figures that a scenario leaves beside its logs, for {@code bench report}. */
final class LabResult {
  private LabResult() {}

  /**
   * Writes them, and says where.
   *
   * @param scenario its name; the benchmark's is {@code lab-} and this
   * @param versions of what was measured, but for Xen's
   */
  static void keep(
      String scenario,
      Map<String, String> versions,
      List<ResultFile.Row> rows,
      Lab lab,
      ScenarioReport report)
      throws IOException {
    SortedMap<String, String> all = new TreeMap<>(versions);
    all.put("Xen", lab.host(1).check("xl info xen_version").strip());
    String benchmark = "lab-" + scenario;
    ResultFile result =
        new ResultFile(benchmark, Machine.here("dmore lab run " + scenario), all, rows);
    Files.createDirectories(report.kept());
    Path file = report.kept().resolve(benchmark + ".json");
    result.write(file);
    report.note("result", file);
  }
}
