package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import org.dmore.benchmarks.peers.PeersBench;
import org.dmore.benchmarks.peers.PeersPlan;
import org.dmore.benchmarks.peers.Subject;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.PeersReport;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Command;

/** {@code dmore bench peers}. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    description = {
      "A key's time, and a picture's, of dmore beside other VNC servers.",
      "",
      "TigerVNC's Xvnc, libvncserver and QEMU, each if it is installed, with the same client in the"
          + " same run, over the loopback. Read ratios, not microseconds, on a machine that does"
          + " other things too.",
      ""
    })
final class PeersCommand extends ComparisonCommand<Subject> {
  @Override
  List<Subject> installed(PrintWriter err) {
    return Installed.of(Subject.values(), Subject::title, Subject::missing, err);
  }

  @Override
  String refusal(List<Subject> present) {
    return present.stream().anyMatch(Subject::isPeer)
        ? ""
        : "no server is installed to compare with: install one of the above";
  }

  @Override
  ResultFile measure(
      List<Subject> present, boolean quickly, Machine machine, Consumer<String> progress)
      throws IOException, InterruptedException {
    PeersBench bench = new PeersBench(quickly ? PeersPlan.quick() : PeersPlan.full(), present);
    bench.run(progress);
    return bench.result(machine);
  }

  @Override
  String report(ResultFile result) {
    return new PeersReport(result).markdown();
  }
}
