package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.VideoReport;
import org.dmore.benchmarks.video.Server;
import org.dmore.benchmarks.video.VideoBench;
import org.dmore.benchmarks.video.VideoPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore bench video}. */
@Command(
    name = "video",
    mixinStandardHelpOptions = true,
    description = {
      "Bytes and processor time of dmore beside other VNC servers, for the same frames.",
      "",
      "TigerVNC's Xvnc and libvncserver, each if it is installed, with the same client in the same"
          + " run, over the loopback; each frame's pixels are compared. QEMU is left out: its guest"
          + " cannot be fed frames. Status 1 if a frame does not arrive as it is.",
      ""
    })
final class VideoCommand implements Callable<Integer> {
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
    List<Server> present = Installed.of(Server.values(), Server::title, Server::missing, err);
    if (present.isEmpty()) {
      err.println("dmore: nothing can be measured: install what is named above");
      return 1;
    }
    Machine machine = Machine.here(spec.qualifiedName() + (quick ? " --quick" : ""));
    VideoBench bench = new VideoBench(quick ? VideoPlan.quick() : VideoPlan.full(), present);
    bench.run(
        step -> {
          err.println(step);
          err.flush();
        });
    ResultFile result = bench.result(machine);
    output.write(new VideoReport(result).markdown(), result, spec);
    return 0;
  }
}
