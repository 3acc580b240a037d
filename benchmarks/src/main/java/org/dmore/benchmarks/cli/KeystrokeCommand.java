package org.dmore.benchmarks.cli;

import java.util.List;
import org.dmore.benchmarks.report.KeystrokeReport;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.Measurement;
import picocli.CommandLine.Command;

/** {@code dmore bench keystroke}. */
@Command(
    name = "keystroke",
    mixinStandardHelpOptions = true,
    description = {
      "How long a key takes from the client's socket to the guest's driver, and what it allocates.",
      "",
      "The embedded pair is real but for the hypervisor: TCP over the loopback, consoled on its"
          + " event loop, a ring in mapped memory, the guest's driver on a virtual CPU. A floor"
          + " without dmore is measured in the same run: read ratios, not microseconds, on a"
          + " machine that does other things too.",
      ""
    })
final class KeystrokeCommand extends SuiteCommand {
  KeystrokeCommand() {
    super(Suite.KEYSTROKE);
  }

  @Override
  String report(List<Measurement> measured, Machine machine) {
    return new KeystrokeReport(measured, machine).markdown();
  }
}
