package org.dmore.benchmarks.cli;

import java.util.List;
import org.dmore.benchmarks.report.EncodersReport;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Command;

/** {@code dmore bench encoders}. */
@Command(
    name = "encoders",
    mixinStandardHelpOptions = true,
    description = {
      "What pictures cost: pixels a second and bytes a pixel of each RFB encoding.",
      "",
      "A text console, the same scrolling, a desktop and a photo, painted in code, each encoded whole"
          + " on one thread.",
      ""
    })
final class EncodersCommand extends SuiteCommand {
  EncodersCommand() {
    super(Suite.ENCODERS);
  }

  @Override
  String report(List<Measurement> measured, Machine machine) {
    return new EncodersReport(measured, machine).markdown();
  }

  @Override
  ResultFile result(List<Measurement> measured, Machine machine) {
    return new EncodersReport(measured, machine).result();
  }
}
