package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.peers.PeersBench;
import org.dmore.benchmarks.peers.PeersPlan;
import org.dmore.benchmarks.peers.Subject;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.PeersReport;
import org.dmore.benchmarks.report.ResultFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
final class PeersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "A tenth of the time: good for a look, not for a comparison.")
  private boolean quick;

  @Mixin private ResultOutput output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    output.check(spec);
    PrintWriter err = spec.commandLine().getErr();
    List<Subject> present = Installed.of(Subject.values(), Subject::title, Subject::missing, err);
    if (present.stream().noneMatch(Subject::isPeer)) {
      err.println("dmore: no server is installed to compare with: install one of the above");
      return 1;
    }
    Machine machine = Machine.here(spec.qualifiedName() + (quick ? " --quick" : ""));
    PeersBench bench = new PeersBench(quick ? PeersPlan.quick() : PeersPlan.full(), present);
    bench.run(
        step -> {
          err.println(step);
          err.flush();
        });
    ResultFile result = bench.result(machine);
    output.write(new PeersReport(result).markdown(), result, spec);
    return 0;
  }
}
