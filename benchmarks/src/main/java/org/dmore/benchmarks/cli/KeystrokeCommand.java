package org.dmore.benchmarks.cli;

import io.netty.util.Version;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dmore.benchmarks.report.KeystrokeReport;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.Measurement;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.rig.FloorProgram;
import picocli.CommandLine.Command;

/** {@code dmore bench keystroke}. */
@Command(
    name = "keystroke",
    mixinStandardHelpOptions = true,
    description = {
      "How long a key takes from the client's socket to the guest's driver, and what it allocates.",
      "",
      "The embedded pair is real but for the hypervisor: TCP over the loopback, consoled on its"
          + " event loop, a ring in mapped memory, the guest's driver on a virtual CPU. Floors"
          + " without dmore, on Netty and in C, are measured in the same run: read ratios, not"
          + " microseconds, on a machine that does other things too.",
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

  @Override
  ResultFile result(List<Measurement> measured, Machine machine) throws IOException {
    return new KeystrokeReport(measured, machine).result(versions());
  }

  private static SortedMap<String, String> versions() throws IOException {
    SortedMap<String, String> versions = new TreeMap<>();
    Version netty = Version.identify().get("netty-common");
    if (netty != null) {
      versions.put("Netty", netty.artifactVersion());
    }
    try {
      FloorProgram.compilerVersion().ifPresent(version -> versions.put("cc", version));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return versions;
  }
}
